import type { TestBatch } from './steps.ts';

/** Where the data of a training run is kept. */
export interface Snapshots {
  /**
   * Writes files of lines under a prefix, in memory for a part of one; written again, they are replaced.
   * @returns SHA-256 (hex) over all lines in the order given
   */
  write(prefix: string, files: readonly SnapshotFile[]): Promise<{ readonly dataHash: string }>;
  /** Reads a range of lines; shorter where the file ends before. */
  readLines(batch: TestBatch): Promise<readonly string[]>;
}

export interface SnapshotFile {
  /** Relative to the prefix. */
  readonly name: string;
  readonly lines: Iterable<string>;
}

/** Puts lines aside that come in one order and are written in another. */
export interface LineShelf {
  /** @returns where to find it */
  readonly add: (line: string) => number;
  readonly at: (place: number) => string;
  /** Gives the room back. */
  readonly clear: () => void;
}
