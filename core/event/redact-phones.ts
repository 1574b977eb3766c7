// Up to three of what people write between the groups of a phone number; never the end of a line.
const GAP = '[ \\t\\u00a0\\u2007\\u2009\\u202f().\\/\\u2010-\\u2013-]{0,3}';
// Not inside a word, an order number or a date.
const START = '(?<![\\p{L}\\p{N}_#-])(?<!\\d[./\\u2010-\\u2013])';
const END = '(?![\\p{L}\\p{N}_])';
const DATE = '(?:19|20)\\d\\d[-./]\\d\\d?[-./]\\d\\d?(?!\\d)|\\d\\d?[-./]\\d\\d?[-./](?:\\d\\d)?\\d\\d(?!\\d)';

/** Takes phone numbers of 7 to 15 digits (ITU-T E.164) out of a text; dates, order numbers and amounts stay. */
export const redactPhoneNumbers = (text: string): string =>
  text
    .replaceAll(INTERNATIONAL, '[phone]')
    .replaceAll(NATIONAL, '[phone]')
    .replaceAll(INTRODUCED, '$1[phone]')
    .replaceAll(GROUPED, (match) => (looksLikePhone(match) ? '[phone]' : match));

/** With the country's code: +44 7700 900123, 0049 (0)30 23125. */
const INTERNATIONAL = new RegExp(`${START}\\(?(?:\\+|00)${GAP}[1-9](?:${GAP}\\d){6,14}${END}`, 'gu');

/** With the trunk prefix: 07700 900123, (030) 23125-000. */
const NATIONAL = new RegExp(`${START}(?!${DATE})\\(?0[1-9](?:${GAP}\\d){5,13}${END}`, 'gu');

/** After a word that says so: Tel. 23125188. */
const INTRODUCED = new RegExp(
  `(?<!\\p{L})((?:tel|tele(?:ph|f)one?|phone|mobile|mobil|handy|cell|fax|whatsapp)(?:[ \\t.:]{1,3}(?:number|nummer|no|nr|is|ist))?[ \\t.:]{1,3})(?!${DATE})\\d(?:${GAP}\\d){5,14}${END}`,
  'giu',
);

/** Without either, in groups: 612 34 56 78, 555-0123. */
const GROUPED = new RegExp(`${START}(?!${DATE})\\(?\\d(?:${GAP}\\d){6,}${END}`, 'gu');

const looksLikePhone = (match: string): boolean => {
  const groups = match.match(/\d+/g) ?? [];
  const digits = groups.join('');
  if (groups.length < 2 || digits.length < 7 || digits.length > 15 || digits.startsWith('00')) return false;
  if (groups.some((group) => group.length < 2) && !/^1\D/.test(match)) return false;
  return !OTHER_NUMBERS.some((other) => other.test(match));
};

const OTHER_NUMBERS = [
  new RegExp(`(?<!\\d)(?:${DATE})`),
  // Years: 2024-2026.
  /(?<!\d)(?:19|20)\d\d\D{1,3}(?:19|20)\d\d(?!\d)/,
  // Decimals, also as grouped amounts: 1234567.50, 2 000 000, 10.000.000,50.
  /^\d+[.,]\d{1,2}$/,
  /^\d{1,2}(?:\D\d{3})+$/,
  // Addresses and versions of programs: 192.168.100.200.
  /^\d{1,3}(?:\.\d{1,5}){3}$/,
];
