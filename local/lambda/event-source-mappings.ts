import { randomUUID } from 'node:crypto';
import { textOf } from '../assembly/json.ts';
import type { Clock } from '../clock.ts';
import { AwsError, UnsupportedError } from '../service.ts';
import type { ApiCall, Dispatch } from '../service.ts';
import type { State } from '../state/state.ts';
import { createEventSourceMapping } from './event-source-mapping.ts';
import type { EventSourceMapping } from './event-source-mapping.ts';
import type { Invocation, InvocationResult } from './execution-environment.ts';
import type { EventSourceSettings, FunctionDefinition } from './function-definition.ts';
import { nameOf } from './invoke-request.ts';

/** What outlives a run of an event source mapping: its id, and what UpdateEventSourceMapping has made of it. */
interface KeptMapping {
  readonly id: string;
  readonly settings: EventSourceSettings;
  readonly enabled: boolean;
}

interface EventSourceMappingsOptions {
  readonly clock: Clock;
  readonly dispatch: Dispatch;
  readonly state: State;
  readonly region: string;
  readonly log: (line: string) => void;
  /** @throws AwsError ResourceNotFoundException */
  readonly definitionOf: (functionName: string) => FunctionDefinition;
  readonly run: (definition: FunctionDefinition, invocation: Invocation) => Promise<InvocationResult>;
}

type Action = (call: ApiCall) => Record<string, unknown>;

/** The event source mappings of all functions, and the API's actions on them. */
export interface EventSourceMappings {
  readonly actions: Readonly<Record<string, Action>>;
  create(settings: EventSourceSettings): { readonly id: string; readonly remove: () => void };
  /** ARNs of the queues that an enabled mapping empties. */
  polledQueues(): ReadonlySet<string>;
  /** Batches on their way. */
  busy(): number;
  close(): void;
}

export const createEventSourceMappings = ({
  clock,
  dispatch,
  state,
  region,
  log,
  definitionOf,
  run,
}: EventSourceMappingsOptions): EventSourceMappings => {
  const mappings = new Map<string, EventSourceMapping>();

  const findMapping = (id: unknown): EventSourceMapping => {
    const mapping = mappings.get(String(id));
    if (mapping) return mapping;
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404, { Type: 'User' });
  };

  const actions: Readonly<Record<string, Action>> = {
    ListEventSourceMappings: ({ input }) => ({
      EventSourceMappings: [...mappings.values()]
        .map((mapping) => mapping.describe())
        .filter(
          (entry) =>
            input['FunctionName'] === undefined ||
            nameOf(entry.FunctionArn) === nameOf(textOf(input['FunctionName'], 'FunctionName')),
        )
        .filter((entry) => input['EventSourceArn'] === undefined || entry.EventSourceArn === input['EventSourceArn']),
    }),
    GetEventSourceMapping: ({ input }) => ({ ...findMapping(input['UUID']).describe() }),
    UpdateEventSourceMapping: ({ input }) => {
      const mapping = findMapping(input['UUID']);
      const unknown = Object.keys(input).filter((member) => !['UUID', 'Enabled', 'FunctionName'].includes(member));
      if (unknown.length > 0)
        throw new UnsupportedError(`UpdateEventSourceMapping changes Enabled only, not ${unknown.join(', ')}`);
      if (typeof input['Enabled'] === 'boolean') mapping.setEnabled(input['Enabled']);
      return { ...mapping.describe() };
    },
  };

  return {
    actions,
    create: (settings) => {
      const definition = definitionOf(settings.functionName);
      const kept = state.section<KeptMapping>(`lambda/mappings/${settings.queueArn} ${definition.name}`);
      const [, earlier] = kept.restored()[0] ?? [];
      const id = earlier?.id ?? randomUUID();
      const isSame = JSON.stringify(earlier?.settings) === JSON.stringify(settings);
      const enabled = earlier && isSame ? earlier.enabled : settings.enabled;
      kept.put('mapping', { id, settings, enabled });
      const mapping = createEventSourceMapping({
        id,
        settings: { ...settings, enabled },
        definition,
        clock,
        dispatch,
        region,
        log,
        invoke: run,
        begin: state.released,
        onEnabled: (now) => kept.put('mapping', { id, settings, enabled: now }),
      });
      mappings.set(id, mapping);
      const remove = (): void => {
        mapping.close();
        mappings.delete(id);
      };
      return { id, remove };
    },
    polledQueues: () => {
      const enabled = [...mappings.values()].map((mapping) => mapping.describe()).filter(({ State }) => State === 'Enabled');
      return new Set(enabled.map(({ EventSourceArn }) => EventSourceArn));
    },
    busy: () => mappings.values().reduce((sum, mapping) => sum + mapping.busy(), 0),
    close: () => {
      for (const mapping of mappings.values()) mapping.close();
    },
  };
};
