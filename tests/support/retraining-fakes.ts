import type { EventLogLine } from '../../core/contracts/bus-event.ts';
import type { FailedPrediction, RoutingPrediction } from '../../core/contracts/scoring.ts';
import type { EventLogReader, EventLogScan, PlacedEntry } from '../../core/archive/event-log.ts';
import type { GateResult } from '../../core/retrain/gate.ts';
import type { ModelVersions, OpenedVersion, TrainingCounts, VersionEnding } from '../../core/retrain/model-versions.ts';
import { EMPTY_POINTER } from '../../core/retrain/pointer.ts';
import type { Pointer } from '../../core/retrain/pointer.ts';
import type { Pointers } from '../../core/retrain/pointers.ts';
import type { Holding, RetrainingLock } from '../../core/retrain/retraining-lock.ts';
import type { ServingResource, ServingResources } from '../../core/retrain/serving-resources.ts';
import type { LineShelf, Snapshots } from '../../core/retrain/snapshots.ts';
import type { RoutingScorer } from '../../core/route/scorer.ts';

export interface PointersInMemory extends Pointers {
  current(): Pointer;
}

/** @param interfere runs before each write, as another writer would in between */
export const pointersInMemory = (
  start: Partial<Pointer> = {},
  interfere?: (pointers: Pointers) => Promise<void>,
): PointersInMemory => {
  let pointer: Pointer = { ...EMPTY_POINTER, ...start };
  let interfering = false;
  const pointers: PointersInMemory = {
    current: () => pointer,
    read: async () => Promise.resolve(pointer),
    async write(next) {
      if (interfere !== undefined && !interfering) {
        interfering = true;
        await interfere(pointers);
        interfering = false;
      }
      if (next.revision !== pointer.revision + 1) return 'lost';
      pointer = next;
      return 'written';
    },
  };
  return pointers;
};

export interface LockInMemory extends RetrainingLock {
  holding(): Holding | undefined;
}

export const lockInMemory = (): LockInMemory => {
  let held: Holding | undefined;
  return {
    holding: () => held,
    read: async () => Promise.resolve(held),
    take: async (holding, nowMs) => {
      if (held !== undefined && held.executionId !== holding.executionId && held.expiresAtMs > nowMs)
        return Promise.resolve('held');
      held = holding;
      return Promise.resolve('taken');
    },
    release: async (executionId) => {
      if (held?.executionId === executionId) held = undefined;
      return Promise.resolve();
    },
  };
};

interface VersionRecord {
  readonly opened?: OpenedVersion;
  readonly verdict?: GateResult;
  readonly counts?: TrainingCounts;
  readonly ending?: VersionEnding;
}

export interface VersionsInMemory extends ModelVersions {
  readonly records: ReadonlyMap<number, VersionRecord>;
}

export const versionsInMemory = (last = 0): VersionsInMemory => {
  const records = new Map<number, VersionRecord>();
  let counter = last;
  const set = async (version: number, fields: VersionRecord): Promise<void> => {
    records.set(version, { ...records.get(version), ...fields });
    return Promise.resolve();
  };
  return {
    records,
    allocate: async () => Promise.resolve((counter += 1)),
    open: (opened) => set(opened.version, { opened: records.get(opened.version)?.opened ?? opened }),
    recordVerdict: (version, verdict, counts) => set(version, { verdict, counts }),
    recordOutcome: (version, ending) => set(version, { ending }),
  };
};

/** A log whose lines lie in the order given; a text stands for a line that is none, named by that text. */
export const eventLogInMemory = (lines: readonly (EventLogLine | string)[]): EventLogReader & EventLogScan => {
  const entries = (from: string, to: string): readonly PlacedEntry[] =>
    lines.flatMap((line, index): readonly PlacedEntry[] => {
      const place = { object: `object ${Math.floor(index / LINES_PER_OBJECT)}`, number: (index % LINES_PER_OBJECT) + 1 };
      if (typeof line === 'string') return [{ kind: 'malformed', where: line, reason: 'The line is not JSON.', place }];
      const day = line.time.slice(0, 10);
      return day < from || day > to ? [] : [{ kind: 'event', line, place }];
    });
  return {
    arrivals: (days) => stream(entries(days.from, days.to)),
    newestFirst: (days) => stream(entries(days.from, days.to).toReversed()),
    again: (objects) => {
      const all = entries('', '9');
      return stream(
        Array.from(objects).flatMap(([key, numbers]) =>
          all.filter(({ place: { object, number } }) => object === key && numbers.has(number)),
        ),
      );
    },
  };
};

const LINES_PER_OBJECT = 7;

/** A shelf, and whether it was cleared. */
export const shelfInMemory = (): LineShelf & { readonly lines: readonly string[] } => {
  const lines: string[] = [];
  return {
    lines,
    add: (line) => lines.push(line) - 1,
    at: (place) => lines[place]!,
    clear: () => void lines.splice(0),
  };
};

// oxlint-disable-next-line require-await -- a sequence in memory has nothing to wait for
async function* stream<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

export interface SnapshotsInMemory extends Snapshots {
  readonly files: ReadonlyMap<string, readonly string[]>;
}

export const snapshotsInMemory = (): SnapshotsInMemory => {
  const files = new Map<string, readonly string[]>();
  return {
    files,
    write: async (prefix, written) => {
      for (const { name, lines } of written) files.set(prefix + name, [...lines]);
      const all = written.flatMap(({ name }) => files.get(prefix + name) ?? []);
      return Promise.resolve({ dataHash: `hash of ${all.join('\n')}` });
    },
    readLines: async ({ key, from, to }) => Promise.resolve((files.get(key) ?? []).slice(from, to)),
  };
};

export interface ScorerInMemory extends RoutingScorer {
  /** Version → texts that it was asked about, in order. */
  readonly asked: ReadonlyMap<number, readonly string[]>;
}

/** Answers with what `say` makes of a version and an instance. */
export const scorerInMemory = (
  say: (version: number, instance: { readonly id: string; readonly text: string }) => RoutingPrediction | FailedPrediction,
): ScorerInMemory => {
  const asked = new Map<number, readonly string[]>();
  return {
    asked,
    score: async (version, instances) => {
      asked.set(version, [...(asked.get(version) ?? []), ...instances.map(({ text }) => text)]);
      return Promise.resolve({
        model: { name: 'routing', version: String(version) },
        predictions: new Map(instances.map((instance) => [instance.id, say(version, instance)])),
      });
    },
  };
};

export interface ServingInMemory extends ServingResources {
  names(): readonly string[];
  /** What SageMaker does by itself in the meantime. */
  settle(): void;
}

export const servingInMemory = (start: readonly ServingResource[]): ServingInMemory => {
  let resources = start;
  return {
    names: () => resources.map(({ name }) => name),
    settle: () => {
      resources = resources.map((resource) => (resource.endpoint === 'busy' ? { ...resource, endpoint: 'settled' } : resource));
    },
    list: async () => Promise.resolve(resources),
    remove: async ({ name, endpoint }) => {
      if (endpoint === 'busy') return Promise.resolve('busy');
      resources = resources.filter((resource) => resource.name !== name);
      return Promise.resolve('removed');
    },
  };
};

export const aResource = (version: number, fields: Partial<ServingResource> = {}): ServingResource => ({
  name: `signalbox-routing-v${version}`,
  version,
  endpoint: 'settled',
  ...fields,
});
