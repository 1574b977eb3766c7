import type { BusEvent } from './contracts/bus-event.ts';
import type { QuarantineReason } from './event/receive.ts';

/** A message as a queue delivers it. */
export interface InboundMessage {
  readonly messageId: string;
  readonly body: string;
  /** When the queue took it in, milliseconds since the epoch. */
  readonly sentAtMs: number;
  /** How often it has been delivered, this time included. */
  readonly receiveCount: number;
}

/** Where messages go that nobody can process as they are. Keeping the same message twice keeps it once. */
export interface Quarantine {
  keep(record: QuarantineRecord): Promise<void>;
}

export interface QuarantineRecord {
  /** The queue's message id. */
  readonly messageId: string;
  readonly queue: 'tickets' | 'outcomes' | 'rescore';
  readonly reason: QuarantineReason;
  /** The message's body as it came; the keeper redacts it before it stores it. */
  readonly body: string;
  readonly receivedAtMs: number;
}

/** The event bus. Publishing an event again changes nothing in effect: consumers drop repeated ids. */
export interface Bus {
  /** @returns the ids (`detail.id`) of the events that the bus did not take, with what it said of each */
  publish(events: readonly BusEvent[]): Promise<ReadonlyMap<string, string>>;
}

/** Texts that are too long for table items and events. */
export interface TextStore {
  keep(ref: string, text: string): Promise<void>;
}
