/** Where an entry stands in a sorted list: by `sort`, then by `tie`, both by code unit. */
export interface Place {
  readonly sort: string;
  readonly tie: string;
}

/** A gap in a sorted list, just before or just after a place (whether or not an entry stands there). */
export interface Cut extends Place {
  readonly side: 'before' | 'after';
}

/** Sorts after every tie: they are empty or start with a digit or a letter. */
const LAST_TIE = '\uffff';

export const beforeAll = (sort: string): Cut => ({ sort, tie: '', side: 'before' });
export const afterAll = (sort: string): Cut => ({ sort, tie: LAST_TIE, side: 'after' });

const comparePlaces = (left: Place, right: Place): number => {
  if (left.sort !== right.sort) return left.sort < right.sort ? -1 : 1;
  if (left.tie !== right.tie) return left.tie < right.tie ? -1 : 1;
  return 0;
};

/** Whether the place lies before the cut. */
export const liesBefore = (place: Place, cut: Cut): boolean => {
  const order = comparePlaces(place, cut);
  return order < 0 || (order === 0 && cut.side === 'after');
};

// Small enough for cheap splices, large enough that a million entries need only a few thousand chunks.
const MAX_CHUNK = 512;

/** Entries in order, in chunks: O(log n) to find, and inserting moves at most one chunk whatever the list's length. */
export class SortedList<Entry extends Place> {
  readonly #chunks: Entry[][] = [[]];

  /** Puts an entry in its place; returns the one that stood there. */
  insert(entry: Entry): Entry | undefined {
    const [at, index] = this.#find({ sort: entry.sort, tie: entry.tie, side: 'before' });
    const chunk = this.#chunks[at] as Entry[];
    const present = chunk[index];
    if (present && comparePlaces(present, entry) === 0) {
      chunk[index] = entry;
      return present;
    }
    if (index === chunk.length) chunk.push(entry);
    else chunk.splice(index, 0, entry);
    // A list that only ever grows at its end keeps its chunks full.
    if (chunk.length > MAX_CHUNK) {
      const half = at === this.#chunks.length - 1 && index === chunk.length - 1 ? MAX_CHUNK : MAX_CHUNK / 2;
      this.#chunks.splice(at + 1, 0, chunk.splice(half));
    }
    return undefined;
  }

  get(sort: string, tie: string): Entry | undefined {
    const [at, index] = this.#find({ sort, tie, side: 'before' });
    const entry = this.#chunks[at]?.[index];
    return entry && entry.sort === sort && entry.tie === tie ? entry : undefined;
  }

  remove(sort: string, tie: string): Entry | undefined {
    const [at, index] = this.#find({ sort, tie, side: 'before' });
    const chunk = this.#chunks[at] as Entry[];
    const entry = chunk[index];
    if (!entry || entry.sort !== sort || entry.tie !== tie) return undefined;
    chunk.splice(index, 1);
    if (chunk.length === 0 && this.#chunks.length > 1) this.#chunks.splice(at, 1);
    return entry;
  }

  get isEmpty(): boolean {
    return this.#chunks[0]?.length === 0;
  }

  /** The entries after `lower` and before `upper`, in order. The list must not change meanwhile. */
  *ascending(lower?: Cut, upper?: Cut): Generator<Entry> {
    let [at, index] = lower ? this.#find(lower) : [0, 0];
    for (; at < this.#chunks.length; at++, index = 0) {
      const chunk = this.#chunks[at] as Entry[];
      for (; index < chunk.length; index++) {
        const entry = chunk[index] as Entry;
        if (upper && !liesBefore(entry, upper)) return;
        yield entry;
      }
    }
  }

  /** The same entries, the last one first. */
  *descending(lower?: Cut, upper?: Cut): Generator<Entry> {
    let [at, end] = upper ? this.#find(upper) : [this.#chunks.length - 1, Number.POSITIVE_INFINITY];
    for (; at >= 0; at--, end = Number.POSITIVE_INFINITY) {
      const chunk = this.#chunks[at] as Entry[];
      for (let index = Math.min(end, chunk.length) - 1; index >= 0; index--) {
        const entry = chunk[index] as Entry;
        if (lower && liesBefore(entry, lower)) return;
        yield entry;
      }
    }
  }

  /** Chunk and index of the first entry after the cut; in the last chunk the index may be its length. */
  #find(cut: Cut): [number, number] {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (liesBefore(this.#chunks[middle]?.at(-1) as Entry, cut)) low = middle + 1;
      else high = middle;
    }
    const chunk = this.#chunks[low] as Entry[];
    let from = 0;
    let to = chunk.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (liesBefore(chunk[middle] as Entry, cut)) from = middle + 1;
      else to = middle;
    }
    return [low, from];
  }
}
