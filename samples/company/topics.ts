import type { TeamId } from './teams.ts';
import type { WorkflowId } from './workflows.ts';

/** How often a topic comes up over the sixteen weeks, as a factor on its weight; weeks are numbered 1 to 16. */
export type Trend =
  | { readonly kind: 'steady' }
  /** From `from` times the weight in week 1 to `to` times in week 16. */
  | { readonly kind: 'drifts'; readonly from: number; readonly to: number }
  /** Appears in a week, is at its height half-way, and is gone after the last. */
  | { readonly kind: 'passes'; readonly first: number; readonly last: number }
  /** Only in the hours of the planted incident. */
  | { readonly kind: 'incident' };

/** Share of tickets that people give each priority; the rest is normal. */
export interface Priorities {
  readonly low: number;
  readonly high: number;
  readonly urgent: number;
}

export interface Topic {
  /** Name of the file in `topics/` that holds its phrases. */
  readonly id: string;
  /** Tickets among all, relative to the other topics'. */
  readonly weight: number;
  readonly trend: Trend;
  /** Where people send its tickets, most often first. Shares that add up to 1. */
  readonly teams: readonly (readonly [TeamId, number])[];
  readonly workflows: readonly WorkflowId[];
  readonly priorities: Priorities;
}

const STEADY: Trend = { kind: 'steady' };
const INCIDENTAL: Trend = { kind: 'incident' };
const drifts = (from: number, to: number): Trend => ({ kind: 'drifts', from, to });
const passes = (first: number, last: number): Trend => ({ kind: 'passes', first, last });

const CALM: Priorities = { low: 0.16, high: 0.06, urgent: 0.01 };
const USUAL: Priorities = { low: 0.08, high: 0.13, urgent: 0.02 };
const PRESSING: Priorities = { low: 0.02, high: 0.34, urgent: 0.09 };

const topic = (
  id: string,
  weight: number,
  trend: Trend,
  teams: Partial<Record<TeamId, number>>,
  workflows: readonly WorkflowId[],
  priorities: Priorities,
): Topic => ({ id, weight, trend, teams: Object.entries(teams) as [TeamId, number][], workflows, priorities });

export const TOPICS: readonly Topic[] = [
  topic('parcel-late', 9, drifts(0.8, 1.3), { shipping: 0.97, returns: 0.01, billing: 0.02 }, ['trace-parcel'], USUAL),
  topic('delivered-not-received', 4, STEADY, { shipping: 0.97, billing: 0.03 }, ['trace-parcel'], PRESSING),
  topic('change-delivery-address', 4, STEADY, { shipping: 0.92, accounts: 0.08 }, ['change-address'], USUAL),
  topic('damaged-in-transit', 4, STEADY, { shipping: 0.84, warranty: 0.09, returns: 0.07 }, ['damage-claim'], USUAL),
  topic('missing-item', 3.5, STEADY, { shipping: 0.91, returns: 0.09 }, ['send-missing-item'], USUAL),
  topic('bike-delivery-appointment', 2.5, drifts(1.3, 0.8), { shipping: 0.95, care: 0.05 }, ['arrange-delivery'], CALM),
  topic('customs-abroad', 1.5, STEADY, { shipping: 0.82, billing: 0.18 }, ['customs-papers'], USUAL),
  topic('northvan-strike', 20, passes(5, 7), { shipping: 1 }, ['arrange-delivery'], PRESSING),
  topic('return-label', 5, STEADY, { returns: 0.98, shipping: 0.02 }, ['return-label'], CALM),
  topic('wrong-size', 4, STEADY, { returns: 0.93, advice: 0.07 }, ['exchange'], CALM),
  topic('wrong-item', 3, STEADY, { returns: 0.86, shipping: 0.14 }, ['exchange'], USUAL),
  topic('return-pickup', 1.5, STEADY, { returns: 0.85, shipping: 0.15 }, ['collect-return'], USUAL),
  topic('refund-not-received', 6, STEADY, { billing: 0.88, returns: 0.12 }, ['refund'], USUAL),
  topic('charged-twice', 3, STEADY, { billing: 0.99, accounts: 0.01 }, ['reverse-charge', 'refund'], PRESSING),
  topic('invoice-copy', 4, STEADY, { billing: 0.94, business: 0.06 }, ['resend-invoice'], CALM),
  topic('voucher-not-working', 3.5, drifts(0.8, 1.5), { billing: 0.95, advice: 0.05 }, ['replace-voucher'], CALM),
  topic('paypal-error-e417', 0, INCIDENTAL, { billing: 1 }, ['reverse-charge'], PRESSING),
  topic('instalments', 1.2, STEADY, { billing: 0.97, accounts: 0.03 }, ['change-instalments'], USUAL),
  topic('summer-sale-price', 13, passes(1, 5), { billing: 0.78, advice: 0.22 }, ['adjust-price'], CALM),
  topic('cannot-log-in', 5, STEADY, { accounts: 0.97, 'e-bikes': 0.03 }, ['reset-password'], USUAL),
  topic('login-loop-new-website', 18, passes(10, 13), { accounts: 1 }, ['reset-password'], USUAL),
  topic('change-account-data', 2.5, STEADY, { accounts: 0.97, billing: 0.03 }, ['update-account'], CALM),
  topic('delete-account', 1.4, STEADY, { accounts: 0.97, care: 0.03 }, ['erase-data'], CALM),
  topic('phishing-mail', 9, passes(11, 16), { accounts: 0.84, billing: 0.1, 'front-desk': 0.06 }, ['report-phishing'], USUAL),
  topic('gears-slipping', 3.5, STEADY, { workshop: 0.96, warranty: 0.04 }, ['repair-advice', 'book-repair'], CALM),
  topic('brakes-squeal', 3, drifts(0.7, 1.4), { workshop: 0.95, warranty: 0.05 }, ['repair-advice', 'book-repair'], USUAL),
  topic('assembly-help', 3, drifts(1.3, 0.7), { workshop: 0.95, advice: 0.05 }, ['send-manual', 'repair-advice'], CALM),
  topic('flat-tyres', 2.2, drifts(0.9, 1.2), { workshop: 0.9, advice: 0.1 }, ['repair-advice'], CALM),
  topic('wheel-wobbles', 2, STEADY, { workshop: 0.88, warranty: 0.12 }, ['book-repair', 'repair-advice'], USUAL),
  topic('battery-not-charging', 3, STEADY, { 'e-bikes': 0.91, warranty: 0.09 }, ['battery-check'], USUAL),
  topic('motor-error', 3, STEADY, { 'e-bikes': 0.93, warranty: 0.05, workshop: 0.02 }, ['motor-diagnosis'], PRESSING),
  topic('app-pairing', 3, STEADY, { 'e-bikes': 0.9, accounts: 0.1 }, ['reset-pairing'], CALM),
  topic('firmware-update-5-2', 8, passes(9, 18), { 'e-bikes': 1 }, ['push-firmware'], USUAL),
  topic('range-in-the-cold', 3, drifts(0, 2), { 'e-bikes': 0.9, advice: 0.1 }, ['battery-check'], CALM),
  topic('battery-hot-weather', 9, passes(1, 6), { 'e-bikes': 0.97, warranty: 0.03 }, ['battery-check'], PRESSING),
  topic('book-service-visit', 4, STEADY, { care: 0.92, workshop: 0.08 }, ['book-service'], CALM),
  topic('missed-visit', 1.6, STEADY, { care: 0.97, workshop: 0.03 }, ['rebook-visit'], PRESSING),
  topic('cancel-subscription', 3.2, drifts(0.8, 1.4), { care: 0.95, billing: 0.05 }, ['cancel-plan'], USUAL),
  topic('plan-price-or-upgrade', 3, drifts(0.4, 2), { care: 0.95, billing: 0.05 }, ['change-plan'], CALM),
  topic('part-compatibility', 4, STEADY, { advice: 0.9, workshop: 0.1 }, ['size-advice'], CALM),
  topic('back-in-stock', 3, drifts(0.8, 1.5), { advice: 0.97, shipping: 0.03 }, ['notify-stock'], CALM),
  topic('frame-size-advice', 2.5, drifts(1.3, 0.7), { advice: 0.96, returns: 0.04 }, ['size-advice'], CALM),
  topic('lights-and-winter', 3, drifts(0, 2), { advice: 0.97, workshop: 0.03 }, ['notify-stock', 'size-advice'], CALM),
  topic('kids-bikes', 1.5, STEADY, { advice: 1 }, ['size-advice'], CALM),
  topic('trade-in', 1.4, STEADY, { advice: 0.86, billing: 0.14 }, ['value-trade-in'], CALM),
  topic('frame-or-part-broke', 3, STEADY, { warranty: 0.87, workshop: 0.08, returns: 0.05 }, ['warranty-claim'], USUAL),
  topic('child-seat-recall', 12, passes(6, 11), { warranty: 0.96, advice: 0.04 }, ['recall-exchange'], PRESSING),
  topic('crash-damage', 1.3, STEADY, { warranty: 0.88, workshop: 0.12 }, ['damage-estimate'], USUAL),
  topic('claim-status', 1.5, STEADY, { warranty: 0.93, returns: 0.07 }, ['warranty-claim'], USUAL),
  topic('bike-to-work', 1.6, STEADY, { business: 0.91, billing: 0.09 }, ['scheme-papers'], CALM),
  topic('fleet-quote', 1.2, STEADY, { business: 0.95, advice: 0.05 }, ['write-quote'], CALM),
  topic('partner-api', 1, STEADY, { business: 0.94, accounts: 0.06 }, ['renew-key'], PRESSING),
  topic('bulk-order', 1.3, STEADY, { business: 0.87, billing: 0.08, shipping: 0.05 }, ['write-quote'], USUAL),
  topic(
    'vague',
    4,
    STEADY,
    {
      'front-desk': 0.46,
      shipping: 0.12,
      billing: 0.1,
      workshop: 0.08,
      returns: 0.06,
      accounts: 0.06,
      advice: 0.05,
      care: 0.04,
      'e-bikes': 0.03,
    },
    ['ask-back'],
    USUAL,
  ),
  topic('praise-and-complaints', 2, STEADY, { 'front-desk': 0.88, shipping: 0.07, care: 0.05 }, ['pass-on'], CALM),
  topic('jobs-press-sponsoring', 1, STEADY, { 'front-desk': 0.96, business: 0.04 }, ['pass-on'], CALM),
];

/** The planted incident: on the last day, the payment page answers PayPal with E-417. */
export const INCIDENT = { topic: 'paypal-error-e417', firstHour: 9.4, lastHour: 14.6, tickets: 22 } as const;
