import type { GateResult } from './gate.ts';
import type { EndInput } from './steps.ts';

/** What is remembered of every version, for people and for the console. */
export interface ModelVersions {
  /** The next number, never given twice, higher than all before. */
  allocate(): Promise<number>;
  /** Opens the version's record; a record that is there already stays as it is. */
  open(record: OpenedVersion): Promise<void>;
  recordVerdict(version: number, result: GateResult, counts: TrainingCounts): Promise<void>;
  recordOutcome(version: number, ending: VersionEnding): Promise<void>;
}

export interface OpenedVersion {
  readonly version: number;
  readonly champion: number | null;
  readonly trigger: string;
  readonly executionId: string;
  readonly createdAt: string;
}

export interface TrainingCounts {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

export interface VersionEnding {
  readonly outcome: EndInput['outcome'];
  readonly reason: string;
  readonly endedAt: string;
}
