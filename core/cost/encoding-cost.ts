import { costOf } from './cost-of.ts';
import { PRICES } from './prices.ts';

/** What it takes to encode tickets, about. */
export interface EncodingCost {
  readonly seconds: number;
  /** US dollars of training at list prices. */
  readonly usd: number;
}

/** @param msPerTicket on one thread, as a training encodes */
export const encodingCost = (tickets: number, msPerTicket: number): EncodingCost => {
  const seconds = (tickets * msPerTicket) / 1_000;
  return { seconds, usd: costOf({ trainingSeconds: seconds }, PRICES).usd };
};

/** As "about 12 min, about $0.05 of training". */
export const encodingCostText = ({ seconds, usd }: EncodingCost): string =>
  `about ${durationOf(seconds)}, ${usd < 0.01 ? 'under $0.01' : `about $${usd.toFixed(2)}`} of ${PRICES.prices.trainingSeconds.counted.replace('seconds of ', '')} at list prices of ${PRICES.region}`;

const durationOf = (seconds: number): string =>
  seconds < 120
    ? `${Math.ceil(seconds)} s`
    : seconds < 7_200
      ? `${Math.ceil(seconds / 60)} min`
      : `${Math.ceil(seconds / 3_600)} h`;
