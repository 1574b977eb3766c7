import type { AttributeValue } from './attribute-value.ts';
import { sortableNumber } from './number.ts';

// JavaScript orders strings by UTF-16 code unit, DynamoDB by UTF-8 byte, which is the order of code points. They differ only
// where surrogates (D800–DFFF) meet E000–FFFF; swapping the two ranges makes code-unit order the right one.
const NEEDS_SWAP = /[\ud800-\uffff]/;

const swapRanges = (text: string): string => {
  let swapped = '';
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    swapped += String.fromCharCode(unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);
  }
  return swapped;
};

/** A string for text such that strings compare (by code unit) as the text's UTF-8 bytes do; prefixes stay prefixes. */
export const sortableText = (text: string): string => (NEEDS_SWAP.test(text) ? swapRanges(text) : text);

/** A string for bytes, one code unit a byte. */
export const sortableBinary = (base64: string): string => Buffer.from(base64, 'base64').toString('latin1');

/**
 * A string for a key value such that strings of one type compare (by code unit) as DynamoDB orders keys: S by UTF-8 bytes,
 * N by value, B by unsigned bytes.
 */
export const encodeKey = (value: AttributeValue): string => {
  if ('S' in value) return sortableText(value.S);
  if ('N' in value) return sortableNumber(value.N);
  if ('B' in value) return sortableBinary(value.B);
  throw new TypeError('Only S, N and B can be keys');
};

/** The least string greater than every string that starts with `prefix`; undefined if there is none. */
export const afterPrefix = (prefix: string): string | undefined => {
  for (let end = prefix.length; end > 0; end--) {
    const unit = prefix.charCodeAt(end - 1);
    if (unit < 0xffff) return prefix.slice(0, end - 1) + String.fromCharCode(unit + 1);
  }
  return undefined;
};
