// What people and copied pages write between the groups of a number: spaces of any width, hyphens, dots.
const GAP = '[ \\t\\u00a0\\u2007\\u2009\\u202f.\\u2010-\\u2013-]';

/** Takes international bank account numbers (ISO 13616) out of a text. */
export const redactAccountNumbers = (text: string): string =>
  text.replaceAll(ACCOUNT, (match) => {
    // The words behind an account number look like more of it: the longest part that passes the check is the number.
    for (let end = match.length; end >= 15; end--) {
      const next = match[end];
      if (next !== undefined && /[A-Z0-9]/i.test(next)) continue;
      if (passesAccountCheck(match.slice(0, end).replaceAll(/[^A-Z0-9]/gi, ''))) return `[account]${match.slice(end)}`;
    }
    return match;
  });

const ACCOUNT = new RegExp(`(?<![A-Za-z0-9])[A-Z]{2}\\d{2}(?:${GAP}?[A-Z0-9]){11,30}`, 'gi');

const passesAccountCheck = (account: string): boolean => {
  if (account.length < 15 || account.length > 34) return false;
  let remainder = 0;
  for (const character of account.slice(4) + account.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
};

/** Takes payment card numbers out of a text, also where other numbers stand beside them. */
export const redactCardNumbers = (text: string): string =>
  text.replaceAll(DIGIT_GROUPS, (run) => {
    const groups = Array.from(run.matchAll(/\d+/g), (group) => ({ digits: group[0], start: group.index }));
    const digits = groups.map((group) => group.digits).join('');
    if (passesLuhn(digits) && !ISO_DATE.test(run)) return '[card]';
    let redacted = '';
    let copiedTo = 0;
    for (let first = 0; first < groups.length; first++) {
      const card = cardFrom(groups, first);
      if (!card) continue;
      redacted += `${run.slice(copiedTo, groups[first]!.start)}[card]`;
      copiedTo = card.end;
      first = card.last;
    }
    return redacted + run.slice(copiedTo);
  });

const DIGIT_GROUPS = new RegExp(`(?<!\\d)\\d(?:${GAP}{0,3}\\d)*`, 'g');

const ISO_DATE = /(?<!\d)(?:19|20)\d\d-\d\d-\d\d(?!\d)/;

interface DigitGroup {
  readonly digits: string;
  readonly start: number;
}

const MAX_CARD_DIGITS = 19;

/** The shortest card number that begins with a group of digits and ends with one. */
const cardFrom = (groups: readonly DigitGroup[], first: number): { readonly last: number; readonly end: number } | undefined => {
  let digits = '';
  for (let last = first; last < groups.length; last++) {
    const group = groups[last]!;
    digits += group.digits.slice(0, MAX_CARD_DIGITS + 1);
    if (digits.length > MAX_CARD_DIGITS) return undefined;
    if (CARD_SCHEMES.test(digits) && passesLuhn(digits)) return { last, end: group.start + group.digits.length };
  }
  return undefined;
};

/** Leading digits and lengths of Visa, Mastercard, American Express, Diners, JCB, and Maestro, UnionPay, Discover. */
const CARD_SCHEMES =
  /^(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3(?:0|6|8|9)\d{12,17}|35\d{14,17}|(?:5[06-9]|6\d)\d{11,17})$/;

/** The check digit of payment cards (ISO/IEC 7812-1, annex B), for 13 to 19 digits. */
const passesLuhn = (digits: string): boolean => {
  if (digits.length < 13 || digits.length > MAX_CARD_DIGITS || /^0+$/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const doubled = Number(digits[digits.length - 1 - i]) * (i % 2 === 1 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
};
