import type { Item } from './attribute-value.ts';
import { type Cut, type Place, SortedList } from './sorted-list.ts';

/** An item as a table or an index holds it. */
export interface Entry extends Place {
  /** The partition key, encoded. `sort` is the sort key, encoded, or empty. */
  readonly partition: string;
  /** As projected, where an index does not project everything. */
  readonly item: Item;
  readonly bytes: number;
  /** In an index: the table's own entry. */
  readonly base?: Entry;
}

interface Partition extends Place {
  readonly entries: SortedList<Entry>;
}

const HASHES = 2 ** 32;

// FNV-1a with MurmurHash3's finalizer. Scans go through partitions in an order that has nothing to do with the keys, as on AWS.
const hashKey = (key: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

const hashText = (hash: number): string => String.fromCharCode(hash >>> 16, hash & 0xffff);

const placeOfPartition = (key: string): Place => ({ sort: hashText(hashKey(key)), tie: `p${key}` });

/** Where a scan goes on: after this entry of this partition. */
export interface ScanStart {
  readonly partition: string;
  readonly after: Place;
}

/** One of `total` equal parts of the hash range. */
export interface Segment {
  readonly number: number;
  readonly total: number;
}

/** Items by partition key, sorted within each partition. Tables and indexes alike. */
export class Partitions {
  readonly #byKey = new Map<string, Partition>();
  readonly #inHashOrder = new SortedList<Partition>();

  get(partition: string, sort: string, tie: string): Entry | undefined {
    return this.#byKey.get(partition)?.entries.get(sort, tie);
  }

  put(entry: Entry): void {
    let partition = this.#byKey.get(entry.partition);
    if (!partition) {
      partition = { ...placeOfPartition(entry.partition), entries: new SortedList() };
      this.#byKey.set(entry.partition, partition);
      this.#inHashOrder.insert(partition);
    }
    partition.entries.insert(entry);
  }

  remove(entry: Entry): void {
    const partition = this.#byKey.get(entry.partition);
    if (!partition) return;
    partition.entries.remove(entry.sort, entry.tie);
    if (partition.entries.isEmpty) {
      this.#byKey.delete(entry.partition);
      this.#inHashOrder.remove(partition.sort, partition.tie);
    }
  }

  /** A partition's entries between two cuts. */
  range(partition: string, lower: Cut | undefined, upper: Cut | undefined, order: 'ascending' | 'descending'): Iterable<Entry> {
    const entries = this.#byKey.get(partition)?.entries;
    return entries ? entries[order](lower, upper) : [];
  }

  /** All entries in hash order of their partitions, from the start on. */
  *scan(start: ScanStart | undefined, segment: Segment = { number: 0, total: 1 }): Generator<Entry> {
    const first = Math.ceil((segment.number * HASHES) / segment.total);
    const end = Math.ceil(((segment.number + 1) * HASHES) / segment.total);
    const startPlace = start && placeOfPartition(start.partition);
    const lower: Cut = { ...(startPlace ?? { sort: hashText(first), tie: '' }), side: 'before' };
    const upper: Cut | undefined = end < HASHES ? { sort: hashText(end), tie: '', side: 'before' } : undefined;
    for (const partition of this.#inHashOrder.ascending(lower, upper)) {
      const resumes = start && startPlace && partition.sort === startPlace.sort && partition.tie === startPlace.tie;
      yield* partition.entries.ascending(resumes ? { sort: start.after.sort, tie: start.after.tie, side: 'after' } : undefined);
    }
  }
}
