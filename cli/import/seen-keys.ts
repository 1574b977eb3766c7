/** How full the table may become before it grows. */
const MOST_LOAD = 0.6;
const FIRST_SIZE = 1 << 16;

/**
 * Remembers texts by a hash of 53 bits, in 14 to 27 bytes each: millions of ids fit where a Set of them would not. Two texts are
 * taken for one with a chance of 1 in 10^16 a pair: some ten-thousandths that it happens once among millions; good for counts.
 */
export const seenKeys = (): { readonly add: (key: string) => boolean } => {
  let slots = new Float64Array(FIRST_SIZE);
  let count = 0;
  const place = (table: Float64Array, hash: number): number => {
    let at = hash % table.length;
    while (table[at] !== 0 && table[at] !== hash) at = (at + 1) % table.length;
    return at;
  };
  return {
    /** @returns false where it was there already */
    add: (key) => {
      const hash = hash53(key);
      const at = place(slots, hash);
      if (slots[at] === hash) return false;
      slots[at] = hash;
      if (++count > slots.length * MOST_LOAD) {
        const larger = new Float64Array(slots.length * 2);
        for (const one of slots) if (one !== 0) larger[place(larger, one)] = one;
        slots = larger;
      }
      return true;
    },
  };
};

/** cyrb53 (public domain, https://github.com/bryc/code/blob/master/jshash/experimental/cyrb53.js); never 0. */
const hash53 = (text: string): number => {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0) || 1;
};
