import { normaliseText } from '../grams.ts';
import { hashTerm, seededRandom } from '../random.ts';

/** Texts are near-duplicates from this share of common shingles on. */
export const NEAR_SIMILARITY = 0.8;

/** Characters of a shingle: about a word, so that one changed number changes few of them. */
const SHINGLE = 5;
/** What is compared of a text; the rest is quoted mail and logs more often than not. */
const COMPARED_LENGTH = 2_000;
/** Texts of similarity .8 meet in one of 16 bands of 4 with probability 1 - (1 - .8⁴)¹⁶ = .9998. */
const BANDS = 16;
const BAND_ROWS = 4;
/** Compared within a band's bucket; more of one kind would make the time quadratic. */
const MOST_COMPARED = 8;

export interface Duplicates {
  /** Group of each text; texts of one group are the same after normalisation. */
  readonly same: Int32Array;
  /** Group of each text; texts of one group are the same or nearly (joined by chains of near-duplicates). */
  readonly near: Int32Array;
}

/**
 * Finds texts that are the same but for case, signs and blanks, and those that nearly are: MinHash over character 5-grams with
 * banding (Broder 1997; Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", chapter 3), candidates verified by their exact
 * Jaccard similarity. Time grows with the total length of the texts.
 * @returns groups numbered from 0 in the order of their first text
 */
export const findDuplicates = (texts: readonly string[], seed: number): Duplicates => {
  const groups = new Map<string, number>();
  const same = new Int32Array(texts.length);
  texts.forEach((text, at) => {
    const plain = plainText(text);
    // A text of signs alone has nothing to compare.
    const key = plain === '' ? `\u0000${text}` : plain;
    const group = groups.get(key) ?? groups.size;
    groups.set(key, group);
    same[at] = group;
  });
  const nearOf = joinNear([...groups.keys()], seed);
  const numbers = new Map<number, number>();
  const near = same.map((group) => {
    const joined = nearOf[group]!;
    if (!numbers.has(joined)) numbers.set(joined, numbers.size);
    return numbers.get(joined)!;
  });
  return { same, near };
};

const plainText = (text: string): string =>
  normaliseText(text)
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();

/** Representative of each distinct text's group. */
const joinNear = (texts: readonly string[], seed: number): Int32Array => {
  const parent = Int32Array.from(texts, (_, at) => at);
  const find = (at: number): number => {
    let root = at;
    while (parent[root] !== root) root = parent[root]!;
    parent[at] = root;
    return root;
  };
  const shingles = texts.map((text) => shinglesOf(text, seed));
  const random = seededRandom(seed);
  const odd = (): number => (Math.floor(random() * 2 ** 32) | 1) >>> 0;
  const multipliers = Uint32Array.from({ length: BANDS * BAND_ROWS }, odd);
  const addends = Uint32Array.from({ length: BANDS * BAND_ROWS }, odd);
  const signatures = shingles.map((set) => signatureOf(set, multipliers, addends));
  for (let band = 0; band < BANDS; band++) {
    const buckets = new Map<string, number[]>();
    signatures.forEach((signature, at) => {
      if (shingles[at]!.length === 0) return;
      const key = signature.subarray(band * BAND_ROWS, (band + 1) * BAND_ROWS).join(' ');
      const bucket = buckets.get(key) ?? [];
      buckets.set(key, bucket);
      const others = bucket.filter((other) => find(other) !== find(at));
      const match = others.find((other) => jaccard(shingles[other]!, shingles[at]!) >= NEAR_SIMILARITY);
      if (match !== undefined) parent[Math.max(find(match), find(at))] = Math.min(find(match), find(at));
      if (bucket.length < MOST_COMPARED) bucket.push(at);
    });
  }
  return parent.map((_, at) => find(at));
};

/** Hashes of the shingles of a text, ascending, each once. */
const shinglesOf = (text: string, seed: number): Uint32Array => {
  const compared = text.slice(0, COMPARED_LENGTH);
  const hashes = new Set<number>();
  for (let at = 0; at + SHINGLE <= compared.length; at++) hashes.add(hashTerm(compared.slice(at, at + SHINGLE), seed));
  return Uint32Array.from(hashes).sort();
};

const signatureOf = (shingles: Uint32Array, multipliers: Uint32Array, addends: Uint32Array): Uint32Array => {
  const signature = new Uint32Array(multipliers.length).fill(0xffffffff);
  for (const shingle of shingles)
    for (let at = 0; at < signature.length; at++) {
      const hash = (Math.imul(shingle ^ (shingle >>> 15), multipliers[at]!) + addends[at]!) >>> 0;
      if (hash < signature[at]!) signature[at] = hash;
    }
  return signature;
};

/** Common ones over all, of two ascending lists. */
const jaccard = (left: Uint32Array, right: Uint32Array): number => {
  let common = 0;
  for (let l = 0, r = 0; l < left.length && r < right.length;) {
    if (left[l] === right[r]) {
      common++;
      l++;
      r++;
    } else if (left[l]! < right[r]!) l++;
    else r++;
  }
  return common / (left.length + right.length - common);
};
