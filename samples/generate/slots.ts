import type { Random } from '../../model/random.ts';
import { AGENTS } from '../company/agents.ts';
import { CARRIERS, CITIES, PRODUCTS, STREETS } from '../company/products.ts';
import type { Customer } from './customers.ts';
import { between, chance, pick } from './draw.ts';

const DAY_MS = 86_400_000;
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;
const WORDS = ['two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'] as const;

/** Who writes, and when. */
export interface Occasion {
  readonly customer: Customer;
  readonly timeMs: number;
}

const ordinal = (day: number): string => {
  const ending =
    day % 10 === 1 && day !== 11 ? 'st' : day % 10 === 2 && day !== 12 ? 'nd' : day % 10 === 3 && day !== 13 ? 'rd' : 'th';
  return `${day}${ending}`;
};

const dayBy = (random: Random, timeMs: number, days: number): string => {
  const day = new Date(timeMs + days * DAY_MS);
  return chance(random, 0.5) ? `the ${ordinal(day.getUTCDate())}` : `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]}`;
};

const digits = (random: Random, count: number): string => Array.from({ length: count }, () => between(random, 0, 9)).join('');

const money = (random: Random, { customer }: Occasion): string => {
  const whole = chance(random, 0.8) ? between(random, 9, 240) : between(random, 300, 2_900);
  const cents = pick(random, ['90', '50', '95', '00', '40', '20']);
  if (customer.language !== 'en') return `${whole},${cents} €`;
  return cents === '00' ? `£${whole}` : `£${whole}.${cents}`;
};

const tall = (random: Random, { customer }: Occasion): string => {
  const cm = between(random, 152, 198);
  if (customer.language !== 'en') return `${Math.floor(cm / 100)},${cm % 100} m`;
  const inches = Math.round(cm / 2.54);
  return pick(random, [`${cm} cm`, `1.${cm % 100} m`, `${Math.floor(inches / 12)} ft ${inches % 12}`]);
};

/** Ranges that Ofcom keeps free for drama. */
const phone = (random: Random): string =>
  pick(random, [`01632 960 ${digits(random, 3)}`, `020 7946 0${digits(random, 3)}`, `07700 900 ${digits(random, 3)}`]);

type Slot = (random: Random, occasion: Occasion) => string;

const from =
  (values: readonly string[]): Slot =>
  (random) =>
    pick(random, values);
const number =
  (low: number, high: number): Slot =>
  (random) =>
    String(between(random, low, high));
const numbered =
  (prefix: string, count: number): Slot =>
  (random) =>
    `${prefix}${digits(random, count)}`;

/** What may be filled in, by its name in a phrase. */
export const SLOTS: Readonly<Record<string, Slot>> = {
  ...Object.fromEntries(Object.entries(PRODUCTS).map(([name, values]) => [name, from(values)])),
  part2: from(PRODUCTS.part),
  carrier: from(CARRIERS),
  city: from(CITIES),
  order: numbered('LS-7', 5),
  rt: numbered('RT-2', 4),
  contract: numbered('LC-3', 4),
  invoice: numbered('INV-5', 4),
  claim: numbered('WC-1', 4),
  pono: number(2_000, 9_999),
  tracking: (random) => `PH-${digits(random, 4)}-${digits(random, 4)}`,
  battery: (random) => `BT-${between(random, 10, 59)}-${digits(random, 5)}`,
  frameno: (random) => `LK${between(random, 21, 26)}-${pick(random, ['KE', 'PE', 'HE'])}-${digits(random, 5)}`,
  amount: money,
  n: number(2, 6),
  nth: from(['third', 'fourth', 'fifth', 'seventh']),
  days: from(WORDS),
  percent: number(12, 97),
  km: (random) => (between(random, 3, 98) * 100).toLocaleString('en-GB'),
  cm: number(84, 112),
  kidcm: number(92, 131),
  inseam: number(70, 96),
  height: tall,
  year: number(2018, 2026),
  time: (random) => `${between(random, 8, 18)}:${pick(random, ['05', '10', '25', '40', '52'])}`,
  version: (random) => `${between(random, 2, 4)}.${between(random, 0, 9)}.${between(random, 0, 4)}`,
  appversion: (random) => `5.${between(random, 0, 3)}.${between(random, 0, 9)}`,
  weekday: from(WEEKDAYS),
  date: (random, { timeMs }) => dayBy(random, timeMs, -between(random, 3, 24)),
  soon: (random, { timeMs }) => (chance(random, 0.5) ? pick(random, WEEKDAYS) : dayBy(random, timeMs, between(random, 2, 20))),
  month: (random, { timeMs }) => MONTHS[new Date(timeMs - between(random, 30, 120) * DAY_MS).getUTCMonth()]!,
  name: (random) => pick(random, AGENTS).name.split(' ')[0]!,
  fullname: (_, { customer }) => customer.fullName,
  customer: (_, { customer }) => customer.number,
  mail: (_, { customer }) => customer.mail,
  street: (random) =>
    `${between(random, 1, 118)} ${pick(random, STREETS)}, Testford TE${between(random, 1, 9)} ${between(random, 1, 9)}ST`,
  phone,
};

/** Fills in names for one ticket: the same name is the same thing throughout. */
export const slotsFor = (random: Random, occasion: Occasion): ((name: string) => string) => {
  const known = new Map<string, string>();
  return (name) => {
    // Who ordered one part did not get the same one instead.
    const others = PRODUCTS.part.filter((part) => part !== known.get('part'));
    const value = known.get(name) ?? (name === 'part2' ? pick(random, others) : SLOTS[name]!(random, occasion));
    known.set(name, value);
    return value;
  };
};
