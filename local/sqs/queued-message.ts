import type { MessageContent } from './message.ts';

/** A message in a queue. It is visible, or waits (delayed or in flight) until a time, or is gone. */
export interface QueuedMessage {
  readonly id: string;
  readonly content: MessageContent;
  readonly senderId: string;
  readonly sentAt: number;
  /** The queue that gave it up as a dead letter. */
  readonly deadLetterSource?: string;
  state: 'visible' | 'delayed' | 'in-flight' | 'gone';
  /** When a message that is delayed or in flight is visible again. */
  waitsUntil?: number;
  receiveCount: number;
  firstReceivedAt?: number;
  /** Handle of the latest receive; earlier ones no longer count. */
  receiptHandle?: string;
}

export interface QueueDepth {
  readonly visible: number;
  readonly delayed: number;
  readonly inFlight: number;
  readonly messages: number;
}
