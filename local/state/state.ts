/**
 * What outlives a run. Engines keep their things in sections and read them back when they are made; between the two they need
 * nothing of it. Everything that one turn of the event loop puts is written together or not at all, so that an engine which changes two
 * sections, or two engines of which one calls the other, are never found half-way.
 */
export interface State {
  /** A part of the state under a name of its own, whose values are JSON. */
  section<T>(name: string): Section<T>;
  /** As `section`, of bytes as they are. */
  bytes(name: string): Section<Uint8Array>;
  /** Resolves when the stacks stand again, and what was under way when the last run ended may go on. */
  readonly released: Promise<void>;
}

export interface Section<T> {
  /** What an earlier run left, in the order in which the keys were first put. */
  restored(): readonly (readonly [key: string, value: T])[];
  /** Keeps the value; one that changes later is put again. It is read when the turn of the event loop ends. */
  put(key: string, value: T): void;
  remove(key: string): void;
}

const nothing: Section<never> = {
  restored: () => [],
  put: () => undefined,
  remove: () => undefined,
};

/** Keeps nothing: everything ends with the run. */
export const forgetful: State = {
  section: () => nothing,
  bytes: () => nothing,
  released: Promise.resolve(),
};

/** An answer that is given, whether it is a result or a refusal, when what it tells is written. */
export const whenWritten = async <T>(answer: Promise<T>, written: (() => Promise<void> | undefined) | undefined): Promise<T> => {
  try {
    return await answer;
  } finally {
    // What is read may have been put by another call, whose own answer waits for the same.
    await written?.();
  }
};

/** Thrown where a folder cannot be this cloud's state; its message says what to do. */
export class StateError extends Error {
  override readonly name = 'StateError';
  readonly retryable = false;
}
