/**
 * Takes out of a text what must never be stored: email addresses, phone numbers, card and account numbers, secrets.
 * Names of persons are not detected. Redacting twice gives the same as redacting once.
 */
export const redact = (text: string): string => {
  let redacted = text;
  for (const { pattern, replacement, accept } of RULES) {
    redacted = redacted.replace(pattern, (match, ...groups) => {
      if (accept && !accept(match)) return match;
      const kept = typeof groups[0] === 'string' ? groups[0] : '';
      return `${kept}${replacement}`;
    });
  }
  return redacted;
};

interface Rule {
  /** A first capture group, where there is one, is kept in front of the replacement. */
  readonly pattern: RegExp;
  readonly replacement: string;
  readonly accept?: (match: string) => boolean;
}

const digitsOf = (text: string): string => text.replaceAll(/\D/g, '');

/** The check digit of payment cards (ISO/IEC 7812-1, annex B). */
const passesLuhn = (match: string): boolean => {
  const digits = digitsOf(match);
  if (digits.length < 13 || digits.length > 19) return false;
  let sum = 0;
  for (const [i, digit] of Array.from(digits).toReversed().entries()) {
    const doubled = Number(digit) * (i % 2 === 1 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
};

/** The check digits of international account numbers (ISO 13616). */
const passesIbanCheck = (match: string): boolean => {
  const iban = match.replaceAll(/[\s-]/g, '').toUpperCase();
  if (iban.length < 15 || iban.length > 34) return false;
  const moved = iban.slice(4) + iban.slice(0, 4);
  let remainder = 0;
  for (const character of moved) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
};

/** A phone number has 7 to 15 digits (ITU-T E.164); dates, order numbers and amounts are left alone. */
const looksLikePhone = (match: string): boolean => {
  const digits = digitsOf(match).length;
  if (digits < 7 || digits > 15) return false;
  if (/^\d{4}[-./]\d{1,2}[-./]\d{1,2}$/.test(match) || /^\d{1,2}[-./]\d{1,2}[-./]\d{2,4}$/.test(match)) return false;
  if (/^\d+[.,]\d{1,2}$/.test(match)) return false;
  return /^\+|^00|^\(?0|[\s().-]/.test(match);
};

/** A long run of letters and digits is a secret where both kinds are mixed, not where it is a word or a number. */
const looksRandom = (match: string): boolean => /\d/.test(match) && /[a-z]/i.test(match) && new Set(match).size >= 12;

const RULES: readonly Rule[] = [
  { pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, replacement: '[secret]' },
  { pattern: /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, replacement: '[secret]' },
  { pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, replacement: '[secret]' },
  { pattern: /\b(?:sk|pk|rk|ghp|gho|ghs|glpat|xox[abprs])[-_][\w-]{10,}/g, replacement: '[secret]' },
  {
    pattern:
      /\b(Bearer\s+|(?:api[-_ ]?key|token|secret|password|passwd|pwd)\s*(?:[:=]|\bis\b)\s*)(?!\[)["']?[^\s"',;[]{4,}["']?/gi,
    replacement: '[secret]',
  },
  { pattern: /\b[A-Za-z0-9_-]{32,}\b/g, replacement: '[secret]', accept: looksRandom },
  { pattern: /[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}\b/gi, replacement: '[email]' },
  { pattern: /\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{2,4}){3,8}\b/gi, replacement: '[account]', accept: passesIbanCheck },
  { pattern: /\b\d(?:[ -]?\d){12,18}\b/g, replacement: '[card]', accept: passesLuhn },
  { pattern: /(?<![\w#-])(?:\+|00)?\(?\d[\d\s().-]{5,20}\d(?![\w-])/g, replacement: '[phone]', accept: looksLikePhone },
];
