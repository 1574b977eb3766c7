import type { Meter, PriceList } from './prices.ts';

/** How much of each meter was, or will be, used. */
export type Usage = Readonly<Partial<Record<Meter, number>>>;

/** One line of a bill. */
export interface CostLine {
  readonly meter: Meter;
  readonly service: string;
  readonly counted: string;
  readonly quantity: number;
  readonly usd: number;
}

export interface Bill {
  /** The dearest first. */
  readonly lines: readonly CostLine[];
  readonly usd: number;
}

const entries = (usage: Usage): readonly (readonly [Meter, number])[] =>
  (Object.entries(usage) as [Meter, number | undefined][]).flatMap(([meter, quantity]) =>
    quantity === undefined || quantity === 0 ? [] : [[meter, quantity] as const],
  );

/** What a usage costs at list prices, without free tiers. US dollars. */
export const costOf = (usage: Usage, { prices }: Pick<PriceList, 'prices'>): Bill => {
  const lines = entries(usage)
    .map(([meter, quantity]): CostLine => {
      const { service, counted, usd, per } = prices[meter];
      return { meter, service, counted, quantity, usd: (quantity / per) * usd };
    })
    .toSorted((a, b) => b.usd - a.usd || a.meter.localeCompare(b.meter));
  return { lines, usd: lines.reduce((sum, line) => sum + line.usd, 0) };
};

/** A bill by service, the dearest first. */
export const byService = ({ lines }: Pick<Bill, 'lines'>): readonly { readonly service: string; readonly usd: number }[] =>
  [...Map.groupBy(lines, ({ service }) => service)]
    .map(([service, ofService]) => ({ service, usd: ofService.reduce((sum, { usd }) => sum + usd, 0) }))
    .toSorted((a, b) => b.usd - a.usd || a.service.localeCompare(b.service));

/** So many times a usage. */
export const times = (usage: Usage, factor: number): Usage =>
  Object.fromEntries(entries(usage).map(([meter, quantity]) => [meter, quantity * factor]));

/** Usages together. */
export const together = (...usages: readonly Usage[]): Usage => {
  const sum: Partial<Record<Meter, number>> = {};
  for (const usage of usages) for (const [meter, quantity] of entries(usage)) sum[meter] = (sum[meter] ?? 0) + quantity;
  return sum;
};
