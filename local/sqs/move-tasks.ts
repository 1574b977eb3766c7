import { randomUUID } from 'node:crypto';
import type { CancelTimer, Clock } from '../clock.ts';
import { AwsError } from '../service.ts';
import type { Section, State } from '../state/state.ts';
import { requiredString, wholeNumber } from './errors.ts';
import { sqsLimits } from './limits.ts';
import type { Queue } from './queue.ts';
import type { QueuedMessage } from './queued-message.ts';

type Input = Readonly<Record<string, unknown>>;

interface MoveTask {
  readonly handle: string;
  readonly source: Queue;
  readonly destinationArn?: string;
  readonly perSecond?: number;
  readonly toMove: number;
  readonly startedAt: number;
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  moved: number;
  failureReason?: string;
  cancelTimer: CancelTimer;
}

/** A task as the state holds it. */
type KeptTask = Omit<MoveTask, 'source' | 'cancelTimer'> & { readonly sourceArn: string };

/** Messages moved at once where no rate was asked for; AWS says only that the rate is then its own. */
const UNLIMITED_PER_STEP = 10_000;

/** Redrives of dead-letter queues: StartMessageMoveTask and its relatives. */
export class MoveTasks {
  readonly #clock: Clock;
  readonly #findQueue: (arn: string) => Queue | undefined;
  readonly #isDeadLetterQueue: (arn: string) => boolean;
  readonly #kept: Section<KeptTask>;
  #tasks: MoveTask[] = [];

  constructor(
    clock: Clock,
    findQueue: (arn: string) => Queue | undefined,
    isDeadLetterQueue: (arn: string) => boolean,
    state: State,
  ) {
    this.#clock = clock;
    this.#findQueue = findQueue;
    this.#isDeadLetterQueue = isDeadLetterQueue;
    this.#kept = state.section('sqs/move-tasks');
    const kept = this.#kept.restored();
    // The queues are made after this.
    if (kept.length > 0) void state.released.then(() => this.#goOn(kept.map(([, task]) => task)));
  }

  start(input: Input): Record<string, unknown> {
    const sourceArn = requiredString(input, 'SourceArn');
    const source = this.#queue(sourceArn);
    if (!this.#isDeadLetterQueue(sourceArn)) {
      throw new AwsError('InvalidParameterValue', 'Source queue must be configured as a Dead Letter Queue.');
    }
    if (this.#tasks.some((task) => task.source === source && task.status === 'RUNNING')) {
      throw new AwsError(
        'UnsupportedOperation',
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
      );
    }
    const destinationArn = input['DestinationArn'] === undefined ? undefined : requiredString(input, 'DestinationArn');
    if (destinationArn !== undefined) this.#queue(destinationArn);
    const rate = input['MaxNumberOfMessagesPerSecond'];
    const perSecond = rate === undefined ? undefined : wholeNumber('MaxNumberOfMessagesPerSecond', rate, sqsLimits.moveRate);
    const task: MoveTask = {
      handle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn })).toString('base64'),
      source,
      ...(destinationArn !== undefined && { destinationArn }),
      ...(perSecond !== undefined && { perSecond }),
      toMove: source.depth().visible,
      startedAt: this.#clock.now(),
      status: 'RUNNING',
      moved: 0,
      cancelTimer: () => undefined,
    };
    this.#tasks = [task, ...this.#tasks];
    this.#step(task);
    return { TaskHandle: task.handle };
  }

  list(input: Input): Record<string, unknown> {
    const sourceArn = requiredString(input, 'SourceArn');
    const source = this.#queue(sourceArn);
    const max = input['MaxResults'] === undefined ? 1 : wholeNumber('MaxResults', input['MaxResults'], sqsLimits.moveTasks);
    return {
      Results: this.#tasks
        .filter((task) => task.source === source)
        .slice(0, max)
        .map((task) => describe(task)),
    };
  }

  cancel(input: Input): Record<string, unknown> {
    const handle = requiredString(input, 'TaskHandle');
    const task = this.#tasks.find((candidate) => candidate.handle === handle);
    if (!task) throw new AwsError('ResourceNotFoundException', 'The task handle does not exist.', 404);
    if (task.status !== 'RUNNING') throw new AwsError('UnsupportedOperation', 'Only active tasks can be cancelled.');
    task.cancelTimer();
    task.status = 'CANCELLED';
    this.#keep(task);
    return { ApproximateNumberOfMessagesMoved: task.moved };
  }

  close(): void {
    for (const task of this.#tasks) task.cancelTimer();
  }

  #step(task: MoveTask): void {
    for (const message of task.source.drain(task.perSecond ?? UNLIMITED_PER_STEP)) {
      if (!this.#move(task, message)) return;
    }
    if (task.source.depth().visible === 0) task.status = 'COMPLETED';
    else task.cancelTimer = this.#clock.setTimer(task.perSecond === undefined ? 0 : 1000, () => this.#step(task));
    this.#keep(task);
  }

  #keep(task: MoveTask): void {
    const { handle, source, destinationArn, perSecond, toMove, startedAt, status, moved, failureReason } = task;
    this.#kept.put(handle, {
      handle,
      sourceArn: source.settings.arn,
      ...(destinationArn !== undefined && { destinationArn }),
      ...(perSecond !== undefined && { perSecond }),
      toMove,
      startedAt,
      status,
      moved,
      ...(failureReason !== undefined && { failureReason }),
    });
  }

  #goOn(kept: readonly KeptTask[]): void {
    for (const { sourceArn, ...task } of kept) {
      const source = this.#findQueue(sourceArn);
      if (!source) continue;
      const again: MoveTask = { ...task, source, cancelTimer: () => undefined };
      this.#tasks = [again, ...this.#tasks];
      if (again.status === 'RUNNING') this.#step(again);
    }
  }

  /** A moved message is a new one: new id, new time of sending, received by nobody yet. */
  #move(task: MoveTask, message: QueuedMessage): boolean {
    const arn = task.destinationArn ?? message.deadLetterSource;
    const destination = arn === undefined ? undefined : this.#findQueue(arn);
    if (!destination) {
      task.source.send(message.content, message.senderId, 0);
      task.source.wake();
      task.status = 'FAILED';
      task.failureReason = arn === undefined ? 'CouldNotDetermineMessageSource' : 'AWS.SimpleQueueService.NonExistentQueue';
      this.#keep(task);
      return false;
    }
    destination.send(message.content, message.senderId, 0);
    destination.wake();
    task.moved += 1;
    return true;
  }

  #queue(arn: string): Queue {
    const queue = this.#findQueue(arn);
    if (!queue) {
      throw new AwsError(
        'ResourceNotFoundException',
        'The resource that you specified for the SourceArn or DestinationArn parameter does not exist.',
        404,
      );
    }
    return queue;
  }
}

const describe = (task: MoveTask): Record<string, unknown> => ({
  ...(task.status === 'RUNNING' && { TaskHandle: task.handle }),
  Status: task.status,
  SourceArn: task.source.settings.arn,
  ...(task.destinationArn !== undefined && { DestinationArn: task.destinationArn }),
  ...(task.perSecond !== undefined && { MaxNumberOfMessagesPerSecond: task.perSecond }),
  ApproximateNumberOfMessagesMoved: task.moved,
  ApproximateNumberOfMessagesToMove: task.toMove,
  ...(task.failureReason !== undefined && { FailureReason: task.failureReason }),
  StartedTimestamp: task.startedAt,
});
