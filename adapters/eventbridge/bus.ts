import { EventBridgeServiceException, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { EventBridgeClient, PutEventsCommandOutput } from '@aws-sdk/client-eventbridge';
import { BUS_SOURCE } from '../../core/contracts/bus-event.ts';
import type { BusEvent } from '../../core/contracts/bus-event.ts';
import type { Bus } from '../../core/ports.ts';

/** PutEvents takes at most 10 entries; their sizes together stay under the 256 KB that every bus accepts. */
const ENTRIES_PER_CALL = 10;
const BYTES_PER_CALL = 240 * 1024;

/** Publishes to an EventBridge bus. PutEvents can succeed with failed entries: those are returned. */
export const eventBridgeBus = ({ client, busName }: { readonly client: EventBridgeClient; readonly busName: string }): Bus => ({
  async publish(events) {
    const refused = new Map<string, string>();
    for (const chunk of chunksOf(events)) {
      const command = new PutEventsCommand({
        Entries: chunk.map(({ event, detail }) => ({
          EventBusName: busName,
          Source: BUS_SOURCE,
          DetailType: event.type,
          Detail: detail,
        })),
      });
      let Entries: PutEventsCommandOutput['Entries'];
      try {
        ({ Entries } = await client.send(command));
      } catch (error) {
        // A request that is wrong in itself says nothing about the next one; a bus that is out of reach is so for all.
        if (!(error instanceof EventBridgeServiceException) || error.$fault === 'server') throw error;
        for (const { event } of chunk) refused.set(event.detail.id, `${error.name}: ${error.message}`);
        continue;
      }
      for (const [i, { event }] of chunk.entries()) {
        const entry = Entries?.[i];
        if (!entry?.EventId)
          refused.set(event.detail.id, `${entry?.ErrorCode ?? 'NoAnswer'}: ${entry?.ErrorMessage ?? 'the bus did not say why'}`);
      }
    }
    return refused;
  },
});

interface Serialized {
  readonly event: BusEvent;
  readonly detail: string;
}

const chunksOf = (events: readonly BusEvent[]): readonly (readonly Serialized[])[] => {
  const chunks: Serialized[][] = [];
  let bytes = Infinity;
  for (const event of events) {
    const detail = JSON.stringify(event.detail);
    const size = Buffer.byteLength(detail);
    const current = chunks.at(-1);
    if (current && current.length < ENTRIES_PER_CALL && bytes + size <= BYTES_PER_CALL) {
      current.push({ event, detail });
      bytes += size;
    } else {
      chunks.push([{ event, detail }]);
      bytes = size;
    }
  }
  return chunks;
};
