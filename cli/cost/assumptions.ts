import { PRICES } from '../../core/cost/prices.ts';
import type { PriceList } from '../../core/cost/prices.ts';
import { RETRAINING, STANDING, WHILE_TICKETS_COME } from '../../core/cost/standing-usage.ts';
import type { RecordedUsage } from './recorded-usage.ts';
import { ALONE, TOGETHER } from './usage-assumptions.ts';

/** Everything that an estimate rests on and nobody has measured on AWS, each as a sentence. */
export const assumptionsOf = ({ date, commit, tickets }: Omit<RecordedUsage, 'usage'>): readonly string[] => [
  ...usageAssumptions(),
  `Requests, units and time in functions were counted on a local cloud (${date.slice(0, 10)}, commit ${commit.split(' ')[0]}): ${tickets.alone} tickets one after the other, ${tickets.together} with thirty under way. On AWS functions may take longer or shorter.`,
  ...standingAssumptions(),
];

/** Of one ticket. */
export const usageAssumptions = (): readonly string[] => [
  `Prices are list prices of ${PRICES.region} on ${PRICES.date}, without free tiers, discounts and taxes${unread(PRICES)}.`,
  'A ticket is one event of some hundred words and one outcome, and is kept for a year in tables with point-in-time recovery.',
  `A call of an endpoint computes for ${ALONE.endpointSecondsPerCall} s with one ticket, ${TOGETHER.endpointSecondsPerCall} s with up to ten.`,
  `X-Ray records every invocation of tickets that come alone, ${TOGETHER.tracesPerInvocation * 100} % of those under load.`,
];

const standingAssumptions = (): readonly string[] => [
  ...STANDING.map(({ because }) => `Without a ticket: ${because}.`),
  ...RETRAINING.map(({ because }) => `Retraining: ${because}.`),
  ...WHILE_TICKETS_COME.map(({ because }) => `At most, while tickets come: ${because}.`),
];

const unread = ({ prices }: PriceList): string => {
  const all = Object.values(prices);
  const unconfirmed = all.flatMap(({ service, counted, readAt }) => (readAt === undefined ? [`${service} ${counted}`] : []));
  return unconfirmed.length === 0
    ? ''
    : `; ${unconfirmed.length} of ${all.length} unconfirmed: ${unconfirmed.join(', ')} (core/cost/prices.ts says where the others were read)`;
};
