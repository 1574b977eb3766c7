import { z } from 'zod';
import { encodingCost, encodingCostText } from '../cost/encoding-cost.ts';

/** The encoder that the next training uses. */
export interface TrainingEncoder {
  readonly name: string;
  /** SHA-256 of its manifest. */
  readonly hash: string;
  /** As measured somewhere else; undefined where nobody has. */
  readonly msPerTicket: number | undefined;
}

/** What a training has left behind about the texts that it has encoded, in `encoded.json`. */
export const encodedHistorySchema = z.object({
  /** Hash of the encoder. */
  encoder: z.string(),
  texts: z.int().min(0),
  /** Time of the newest ticket among them. */
  until: z.iso.datetime(),
  /** As measured where it trained. */
  msPerText: z.number().positive().optional(),
});
export type EncodedHistory = z.infer<typeof encodedHistorySchema>;

/** What the training will have to encode, told before it starts. */
export interface AnnouncedEncoding {
  readonly encoder: string;
  /** Tickets to encode, about. */
  readonly tickets: number;
  /** Tickets that an earlier training has encoded. */
  readonly takenUp: number;
  /** Null where nobody has measured this encoder. */
  readonly minutes: number | null;
  readonly usd: number | null;
  /** All of it for a person. */
  readonly sentence: string;
}

/**
 * @param times of the tickets to train with, ISO 8601 in UTC
 * @param earlier of the last training, with whatever encoder
 */
export const announceEncoding = (
  encoder: TrainingEncoder,
  times: readonly string[],
  earlier: EncodedHistory | undefined,
): AnnouncedEncoding => {
  const same = earlier?.encoder === encoder.hash ? earlier : undefined;
  const tickets = same === undefined ? times.length : times.filter((time) => Date.parse(time) > Date.parse(same.until)).length;
  const takenUp = times.length - tickets;
  const speed = same?.msPerText ?? encoder.msPerTicket;
  const cost = speed === undefined ? undefined : encodingCost(tickets, speed);
  return {
    encoder: encoder.name,
    tickets,
    takenUp,
    minutes: cost === undefined ? null : Number((cost.seconds / 60).toFixed(1)),
    usd: cost === undefined ? null : Number(cost.usd.toFixed(4)),
    sentence:
      tickets === 0
        ? `Nothing has to be encoded: an earlier training has encoded all ${number(takenUp)} tickets with ${encoder.name}.`
        : `${number(tickets)} tickets have to be encoded with ${encoder.name}` +
          (takenUp > 0 ? ` (${number(takenUp)} are already)` : '') +
          (cost === undefined
            ? `; how long that takes is not known: \`encoder check ${encoder.name}\` measures it before the next deployment.`
            : `: ${encodingCostText(cost)}.`),
  };
};

const number = (count: number): string => count.toLocaleString('en');
