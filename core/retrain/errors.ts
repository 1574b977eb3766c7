import { SignalboxError } from '../errors.ts';

/** Thrown when another execution holds the retraining lock. The workflow matches on the name. */
export class RetrainingAlreadyRunningError extends SignalboxError {
  override readonly name = 'RetrainingAlreadyRunning';

  constructor(holder: string, expiresAtMs: number) {
    super(
      `Retraining ${holder} is still running; wait for its end, or until its lock expires at ${new Date(expiresAtMs).toISOString()}.`,
      { retryable: false },
    );
  }
}

/** Thrown when people have paused retraining. The workflow matches on the name, and ends without having done anything. */
export class RetrainingPausedError extends SignalboxError {
  override readonly name = 'RetrainingPaused';

  constructor(pause: string) {
    super(`Retraining is paused ${pause}. Nothing was trained; start it again after \`signalbox resume retraining\`.`, {
      retryable: false,
    });
  }
}

/** Thrown when the event log holds too little to learn from. The workflow matches on the name. */
export class NotEnoughToLearnError extends SignalboxError {
  override readonly name = 'NotEnoughToLearn';

  constructor(sentence: string) {
    super(sentence, { retryable: false });
  }
}

/** Thrown when lines that were chosen are no longer where they were. Another retraining reads the log as it is then. */
export class LogChangedError extends SignalboxError {
  override readonly name = 'LogChanged';

  constructor(lines: number) {
    super(`${lines} lines of the event log were changed or removed while it was read; start the retraining again.`, {
      retryable: true,
    });
  }
}

/** Thrown when an endpoint that is to go is still being made or changed. Trying again later helps; the workflow matches on the name. */
export class EndpointBusyError extends SignalboxError {
  override readonly name = 'EndpointBusy';

  constructor(names: readonly string[]) {
    super(
      `SageMaker is still making or changing ${names.join(', ') || 'endpoints'}: not removed yet; try again in a few minutes.`,
      {
        retryable: true,
      },
    );
  }
}

/** Thrown when the pointer was not moved: the move makes no sense any more, or too many others wrote at the same time. */
export class PointerNotMovedError extends SignalboxError {
  override readonly name = 'PointerNotMoved';
}
