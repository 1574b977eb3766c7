import { randomUUID } from 'node:crypto';
import type { CancelTimer, Clock } from '../clock.ts';
import { AwsError } from '../service.ts';
import { createdAt } from '../state/created-at.ts';
import { forgetful, type Section, type State } from '../state/state.ts';
import { invalidParameter } from './errors.ts';
import { sqsLimits } from './limits.ts';
import type { MessageContent } from './message.ts';
import type { QueuedMessage, QueueDepth } from './queued-message.ts';
import { messageIdIn, newReceiptHandle } from './receipt-handle.ts';
import type { QueueSettings } from './settings.ts';
import { TimedHeap } from './timed-heap.ts';

interface Waiter {
  readonly max: number;
  readonly visibilitySeconds: number;
  readonly resolve: (messages: readonly QueuedMessage[]) => void;
  readonly cancelTimer: CancelTimer;
}

/**
 * One standard queue. What time does to messages (a delay or a visibility timeout ending, retention) is applied when somebody looks;
 * a timer of the clock runs only while a long poll waits for it.
 */
export class Queue {
  readonly settings: QueueSettings;
  readonly createdAt: number;
  readonly #clock: Clock;
  /** Takes a message that was received too often; false where there is no dead-letter queue to take it. */
  readonly #giveUp: (message: QueuedMessage) => boolean;
  readonly #messages = new Map<string, QueuedMessage>();
  /** The same messages, for the next run. */
  readonly #kept: Section<QueuedMessage>;
  /** Visible messages in order; those that are gone are skipped when they are reached. */
  #visible: QueuedMessage[] = [];
  #visibleFrom = 0;
  readonly #waiting = new TimedHeap<QueuedMessage>();
  readonly #expiring = new TimedHeap<QueuedMessage>();
  readonly #count = { visible: 0, delayed: 0, 'in-flight': 0, gone: 0 };
  #waiters: Waiter[] = [];
  #wakeAt = Infinity;
  #cancelWake: CancelTimer = () => undefined;
  #purgedAt = -Infinity;

  constructor(settings: QueueSettings, clock: Clock, giveUp: (message: QueuedMessage) => boolean, state: State = forgetful) {
    this.settings = settings;
    this.createdAt = createdAt(state, settings.arn, clock);
    this.#clock = clock;
    this.#giveUp = giveUp;
    this.#kept = state.section(`sqs/messages/${settings.arn}`);
    for (const [, message] of this.#kept.restored()) this.#restore(message);
  }

  /** Adds a new message. Call `wake` after the last one of a request. */
  send(content: MessageContent, senderId: string, delaySeconds = this.settings.delaySeconds): QueuedMessage {
    const now = this.#clock.now();
    const message: QueuedMessage = { id: randomUUID(), content, senderId, sentAt: now, state: 'gone', receiveCount: 0 };
    this.#add(message, now, delaySeconds);
    return message;
  }

  /** Takes over a message that another queue gave up, with its id and time of sending, and its count as AWS keeps it. */
  adopt(message: QueuedMessage, source: string): void {
    const { id, content, senderId, sentAt, receiveCount } = message;
    const adopted: QueuedMessage = { id, content, senderId, sentAt, receiveCount, deadLetterSource: source, state: 'gone' };
    this.#add(adopted, this.#clock.now(), 0);
    this.wake();
  }

  /** Gives messages to the polls that wait, and sees to it that the next one to come back finds them. */
  wake(): void {
    this.#settle();
    while (this.#waiters.length > 0 && this.#count.visible > 0) {
      const waiter = this.#waiters[0]!;
      const taken = this.#take(waiter.max, waiter.visibilitySeconds);
      // All that was visible may have gone to the dead-letter queue.
      if (taken.length === 0) break;
      this.#waiters.shift();
      waiter.cancelTimer();
      waiter.resolve(taken);
    }
    this.#arm();
  }

  receive(max: number, waitSeconds: number, visibilitySeconds: number): Promise<readonly QueuedMessage[]> {
    this.#settle();
    if (this.#count['in-flight'] >= sqsLimits.inFlight.most) {
      throw new AwsError('OverLimit', `Too many messages in flight: a queue allows ${sqsLimits.inFlight.most}.`, 403);
    }
    const taken = this.#take(max, visibilitySeconds);
    if (taken.length > 0 || waitSeconds === 0) return Promise.resolve(taken);
    return new Promise((resolve) => {
      const end = (): void => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        resolve([]);
      };
      const cancelTimer = this.#clock.setTimer(waitSeconds * 1000, end, 'lax');
      const waiter: Waiter = { max, visibilitySeconds, resolve, cancelTimer };
      this.#waiters.push(waiter);
      this.#arm();
    });
  }

  /** An earlier receive's handle succeeds and deletes nothing, as on AWS. */
  delete(receiptHandle: string): void {
    const message = this.#messages.get(messageIdIn(this.settings.arn, receiptHandle));
    if (message?.receiptHandle === receiptHandle) this.#remove(message);
  }

  changeVisibility(receiptHandle: string, seconds: number): void {
    const messageId = messageIdIn(this.settings.arn, receiptHandle);
    this.#settle();
    const message = this.#messages.get(messageId);
    if (!message || message.receiptHandle !== receiptHandle) {
      throw invalidParameter(
        `Value ${receiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
      );
    }
    if (message.state !== 'in-flight') {
      throw new AwsError('MessageNotInflight', 'The specified message is not in flight.');
    }
    this.#waitUntil(message, this.#clock.now() + seconds * 1000);
    this.wake();
  }

  /** @throws AwsError `PurgeQueueInProgress` within 60 s of the last purge */
  purge(): void {
    const now = this.#clock.now();
    if (now - this.#purgedAt < 60_000) {
      throw new AwsError(
        'PurgeQueueInProgress',
        `Only one PurgeQueue operation on ${this.settings.name} is allowed every 60 seconds.`,
        403,
      );
    }
    this.#purgedAt = now;
    for (const message of this.#messages.values()) this.#remove(message);
  }

  /** Removes up to `max` visible messages, for a move to another queue. */
  drain(max: number): readonly QueuedMessage[] {
    this.#settle();
    const drained: QueuedMessage[] = [];
    while (drained.length < max) {
      const message = this.#nextVisible();
      if (!message) break;
      this.#remove(message);
      drained.push(message);
    }
    return drained;
  }

  depth(): QueueDepth {
    this.#settle();
    return {
      visible: this.#count.visible,
      delayed: this.#count.delayed,
      inFlight: this.#count['in-flight'],
      messages: this.#messages.size,
    };
  }

  /** Messages in order of sending, without receiving them. */
  peek(max: number): readonly QueuedMessage[] {
    this.#settle();
    return [...this.#messages.values()].slice(0, max);
  }

  /** Ends every poll that waits, with nothing. */
  close(): void {
    this.#cancelWake();
    for (const waiter of this.#waiters) {
      waiter.cancelTimer();
      waiter.resolve([]);
    }
    this.#waiters = [];
  }

  #add(message: QueuedMessage, now: number, delaySeconds: number): void {
    this.#hold(message);
    if (delaySeconds > 0) {
      this.#enter(message, 'delayed');
      this.#waitUntil(message, now + delaySeconds * 1000);
    } else {
      this.#show(message);
      this.#kept.put(message.id, message);
    }
  }

  #hold(message: QueuedMessage): void {
    this.#messages.set(message.id, message);
    this.#expiring.set(message, message.sentAt + this.settings.retentionSeconds * 1000);
  }

  #restore(stored: QueuedMessage): void {
    const message: QueuedMessage = { ...stored, state: 'gone' };
    this.#hold(message);
    this.#enter(message, stored.state);
    if (stored.state === 'visible') this.#visible.push(message);
    else this.#waiting.set(message, stored.waitsUntil ?? 0);
  }

  #waitUntil(message: QueuedMessage, at: number): void {
    message.waitsUntil = at;
    this.#waiting.set(message, at);
    this.#kept.put(message.id, message);
  }

  #enter(message: QueuedMessage, state: QueuedMessage['state']): void {
    this.#count[message.state] -= 1;
    this.#count[state] += 1;
    message.state = state;
  }

  #show(message: QueuedMessage): void {
    this.#enter(message, 'visible');
    this.#visible.push(message);
  }

  #remove(message: QueuedMessage): void {
    this.#enter(message, 'gone');
    this.#messages.delete(message.id);
    this.#waiting.delete(message);
    this.#expiring.delete(message);
    this.#kept.remove(message.id);
  }

  /** Applies what became due. */
  #settle(): void {
    const now = this.#clock.now();
    for (let due = this.#expiring.popDue(now); due; due = this.#expiring.popDue(now)) this.#remove(due);
    for (let due = this.#waiting.popDue(now); due; due = this.#waiting.popDue(now)) this.#show(due);
  }

  /** The next visible message, taken off the line. */
  #nextVisible(): QueuedMessage | undefined {
    while (this.#visibleFrom < this.#visible.length) {
      const message = this.#visible[this.#visibleFrom]!;
      this.#visibleFrom += 1;
      if (message.state === 'visible') return message;
    }
    this.#visible = [];
    this.#visibleFrom = 0;
    return undefined;
  }

  #take(max: number, visibilitySeconds: number): readonly QueuedMessage[] {
    const now = this.#clock.now();
    const maxReceiveCount = this.settings.redrive?.maxReceiveCount ?? Infinity;
    const taken: QueuedMessage[] = [];
    while (taken.length < max) {
      const message = this.#nextVisible();
      if (!message) break;
      if (message.receiveCount >= maxReceiveCount && this.#giveUp(message)) {
        this.#remove(message);
        continue;
      }
      message.receiveCount += 1;
      message.firstReceivedAt ??= now;
      message.receiptHandle = newReceiptHandle(this.settings.arn, message.id, now);
      this.#enter(message, 'in-flight');
      this.#waitUntil(message, now + visibilitySeconds * 1000);
      taken.push(message);
    }
    this.#compact();
    return taken;
  }

  /** Forgets what was taken, seldom enough to cost nothing a message. */
  #compact(): void {
    if (this.#visibleFrom < 1024 || this.#visibleFrom * 2 < this.#visible.length) return;
    this.#visible = this.#visible.slice(this.#visibleFrom);
    this.#visibleFrom = 0;
  }

  /** Sets the timer for the next message that comes back, while a poll waits for one. */
  #arm(): void {
    const at = this.#waiters.length > 0 ? (this.#waiting.nextAt ?? Infinity) : Infinity;
    if (at === Infinity || at >= this.#wakeAt) return;
    this.#cancelWake();
    this.#wakeAt = at;
    this.#cancelWake = this.#clock.setTimer(at - this.#clock.now(), () => {
      this.#wakeAt = Infinity;
      this.wake();
    });
  }
}
