/**
 * Items ordered by a time, the earliest first, any of them removable: a queue drops a deleted message at once instead of holding
 * its body until its visibility timeout ends. All operations are O(log n).
 */
export class TimedHeap<T> {
  readonly #items: { readonly item: T; readonly at: number }[] = [];
  readonly #positions = new Map<T, number>();

  get size(): number {
    return this.#items.length;
  }

  /** The earliest time, if there is any item. */
  get nextAt(): number | undefined {
    return this.#items[0]?.at;
  }

  /** Adds an item, or moves it to another time. */
  set(item: T, at: number): void {
    this.delete(item);
    this.#items.push({ item, at });
    this.#positions.set(item, this.#items.length - 1);
    this.#up(this.#items.length - 1);
  }

  delete(item: T): boolean {
    const position = this.#positions.get(item);
    if (position === undefined) return false;
    this.#positions.delete(item);
    const last = this.#items.pop();
    if (last && position < this.#items.length) {
      this.#items[position] = last;
      this.#positions.set(last.item, position);
      this.#up(position);
      this.#down(position);
    }
    return true;
  }

  /** Removes and returns the earliest item that is due. */
  popDue(now: number): T | undefined {
    const first = this.#items[0];
    if (!first || first.at > now) return undefined;
    this.delete(first.item);
    return first.item;
  }

  clear(): void {
    this.#items.length = 0;
    this.#positions.clear();
  }

  #up(from: number): void {
    let position = from;
    while (position > 0) {
      const parent = (position - 1) >> 1;
      if (this.#at(parent) <= this.#at(position)) return;
      this.#swap(parent, position);
      position = parent;
    }
  }

  #down(from: number): void {
    let position = from;
    for (;;) {
      const left = position * 2 + 1;
      const right = left + 1;
      let least = position;
      if (left < this.#items.length && this.#at(left) < this.#at(least)) least = left;
      if (right < this.#items.length && this.#at(right) < this.#at(least)) least = right;
      if (least === position) return;
      this.#swap(least, position);
      position = least;
    }
  }

  #at(position: number): number {
    return this.#items[position]?.at ?? Infinity;
  }

  #swap(a: number, b: number): void {
    const [itemA, itemB] = [this.#items[a], this.#items[b]];
    if (!itemA || !itemB) return;
    this.#items[a] = itemB;
    this.#items[b] = itemA;
    this.#positions.set(itemA.item, b);
    this.#positions.set(itemB.item, a);
  }
}
