import { invalid } from './validation.ts';

/** `coefficient × 10^exponent`; the coefficient ends in no zero, except zero itself (0 × 10^0). */
interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number
const MAX_SIGNIFICANT_DIGITS = 38;
const MAX_MAGNITUDE = 125;
const MIN_MAGNITUDE = -130;

const SHORT_INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;
const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/;

const parseDecimal = (text: string): Decimal => {
  const match = NUMBER.exec(text);
  const whole = match?.[2] ?? '';
  const fraction = match?.[3] ?? '';
  if (!match || whole.length + fraction.length === 0) {
    throw invalid(
      text === ''
        ? 'The parameter cannot be converted to a numeric value'
        : `The parameter cannot be converted to a numeric value: ${text}`,
    );
  }
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return { coefficient: 0n, exponent: 0 };
  const exponent = Number(match[4] ?? 0) - fraction.length + (digits.length - significant.length);
  const coefficient = BigInt(significant);
  return checkRange({ coefficient: match[1] === '-' ? -coefficient : coefficient, exponent });
};

const digitsOf = (decimal: Decimal): string => (decimal.coefficient < 0n ? -decimal.coefficient : decimal.coefficient).toString();

const checkRange = (decimal: Decimal): Decimal => {
  const { length } = digitsOf(decimal);
  const magnitude = decimal.exponent + length - 1;
  if (magnitude > MAX_MAGNITUDE) {
    throw invalid('Number overflow. Attempting to store a number with magnitude larger than supported range');
  }
  if (magnitude < MIN_MAGNITUDE) {
    throw invalid('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  }
  if (length > MAX_SIGNIFICANT_DIGITS) throw invalid('Attempting to store more than 38 significant digits in a Number');
  return decimal;
};

const formatDecimal = (decimal: Decimal): string => {
  if (decimal.coefficient === 0n) return '0';
  const sign = decimal.coefficient < 0n ? '-' : '';
  const digits = digitsOf(decimal);
  if (decimal.exponent >= 0) return `${sign}${digits}${'0'.repeat(decimal.exponent)}`;
  const point = digits.length + decimal.exponent;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
};

/**
 * The one spelling of a number that DynamoDB stores and returns: plain digits, no leading `+`, no superfluous zeros.
 * @throws ValidationException if it is not a number, has over 38 significant digits, or is outside 1E-130…9.99E+125
 */
export const canonicalNumber = (text: string): string => (SHORT_INTEGER.test(text) ? text : formatDecimal(parseDecimal(text)));

const add = (left: Decimal, right: Decimal): Decimal => {
  const exponent = Math.min(left.exponent, right.exponent);
  const scale = (decimal: Decimal): bigint => decimal.coefficient * 10n ** BigInt(decimal.exponent - exponent);
  const sum = scale(left) + scale(right);
  if (sum === 0n) return { coefficient: 0n, exponent: 0 };
  const zeros = /0*$/.exec(sum.toString())?.[0].length ?? 0;
  return checkRange({ coefficient: sum / 10n ** BigInt(zeros), exponent: exponent + zeros });
};

const isShort = (text: string): boolean => SHORT_INTEGER.test(text);

/** Exact sum of two canonical numbers. A sum that needs more than 38 digits is refused, not rounded. */
export const addNumbers = (left: string, right: string): string =>
  isShort(left) && isShort(right)
    ? String(Number(left) + Number(right))
    : formatDecimal(add(parseDecimal(left), parseDecimal(right)));

/** Exact difference of two canonical numbers. */
export const subtractNumbers = (left: string, right: string): string =>
  addNumbers(left, right === '0' ? right : right.startsWith('-') ? right.slice(1) : `-${right}`);

const EXPONENT_BIAS = 200;
const complement = (digits: string): string => digits.replaceAll(/\d/g, (digit) => String(9 - Number(digit)));

/** A string for a canonical number such that strings compare (by code unit) as the numbers do. */
export const sortableNumber = (text: string): string => {
  const decimal = parseDecimal(text);
  if (decimal.coefficient === 0n) return '1';
  const digits = digitsOf(decimal);
  const magnitude = String(decimal.exponent + digits.length + EXPONENT_BIAS).padStart(3, '0');
  // Of two negative numbers with a common start the longer one is smaller: `:` sorts after every digit.
  return decimal.coefficient > 0n ? `2${magnitude}${digits}` : `0${complement(magnitude)}${complement(digits)}:`;
};

/** Negative, zero or positive as the first canonical number is less than, equal to or greater than the second. */
export const compareNumbers = (left: string, right: string): number => {
  if (left === right) return 0;
  // Up to 15 characters a double holds the decimal closely enough to keep the order.
  if (left.length <= 15 && right.length <= 15) return Number(left) - Number(right);
  return sortableNumber(left) < sortableNumber(right) ? -1 : 1;
};

/** Bytes that a canonical number counts for: one for each two significant digits and one more, two if negative. */
export const numberBytes = (text: string): number => {
  const negative = text.startsWith('-');
  const digits = text.replace('-', '').replace('.', '').replace(/^0+/, '').replace(/0+$/, '');
  return Math.ceil(digits.length / 2) + (negative ? 2 : 1);
};
