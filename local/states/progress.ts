import type { Section } from '../state/state.ts';
import type { Json, JsonObject } from './json.ts';

/** The state that a branch is in, with all that it takes to enter it again. */
export interface StateEntered {
  readonly state: string;
  readonly input: Json;
  /** The branch's own; those of the branch around it are in that one's. */
  readonly variables: JsonObject;
  readonly enteredMs: number;
  readonly enteredEventId: number;
  /** A Task whose call was made and which waits for a job's end or for its token. */
  readonly submitted?: Submitted;
}

export interface Submitted {
  readonly answer: Json;
  readonly token?: string;
}

export type BranchProgress = StateEntered | { readonly result: Json };

/**
 * How far the branches of an execution are, by path: '' is the execution itself, `/0/2` the third branch in the first. So an
 * execution that ends with the cloud goes on in its innermost states, and what has succeeded is not done again.
 */
export interface Progress {
  /** What an earlier run left of a branch; it is told once. */
  takeUp(path: string): BranchProgress | undefined;
  put(path: string, progress: BranchProgress): void;
  /** Forgets the branches below. */
  clearBelow(path: string): void;
  /** Forgets everything: the execution has ended. */
  clear(): void;
}

export const createProgress = (
  arn: string,
  kept: Section<BranchProgress>,
  earlier: ReadonlyMap<string, BranchProgress> = new Map(),
): Progress => {
  const left = new Map(earlier);
  const paths = new Set(earlier.keys());

  const remove = (path: string): void => {
    left.delete(path);
    paths.delete(path);
    kept.remove(keyOf(arn, path));
  };

  return {
    takeUp: (path) => {
      const found = left.get(path);
      left.delete(path);
      return found;
    },
    put: (path, progress) => {
      paths.add(path);
      kept.put(keyOf(arn, path), progress);
    },
    clearBelow: (path) => {
      for (const other of paths) if (other.startsWith(`${path}/`)) remove(other);
    },
    clear: () => {
      for (const path of paths) remove(path);
    },
  };
};

/** Of a child of a distributed Map: it does not go on, since its Map starts anew. */
export const noProgress: Progress = {
  takeUp: () => undefined,
  put: () => undefined,
  clearBelow: () => undefined,
  clear: () => undefined,
};

const keyOf = (arn: string, path: string): string => `${arn} ${path}`;

/** By execution, then by path. */
export const progressByExecution = (kept: Section<BranchProgress>): ReadonlyMap<string, ReadonlyMap<string, BranchProgress>> => {
  const all = new Map<string, Map<string, BranchProgress>>();
  for (const [key, progress] of kept.restored()) {
    const [arn = '', path = ''] = key.split(' ');
    const paths = all.get(arn) ?? new Map<string, BranchProgress>();
    all.set(arn, paths.set(path, progress));
  }
  return all;
};
