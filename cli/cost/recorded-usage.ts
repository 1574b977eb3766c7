import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { TicketUsage } from '../../core/cost/estimate.ts';
import { PRICES } from '../../core/cost/prices.ts';
import type { Meter } from '../../core/cost/prices.ts';

/** Recorded by `npm run -s bench:usage -- --record`. */
export const USAGE_FILE = join(import.meta.dirname, '../../bench/results/usage.json');

const METERS = Object.keys(PRICES.prices) as Meter[];
const usageSchema = z.partialRecord(z.enum(METERS), z.number().min(0));

const recordSchema = z.object({
  date: z.string(),
  commit: z.string(),
  tickets: z.object({ alone: z.int(), together: z.int() }),
  usagePerTicket: z.object({ alone: usageSchema, together: usageSchema }),
});

export interface RecordedUsage {
  /** What one ticket uses of each meter. */
  readonly usage: TicketUsage;
  /** When, of which commit and with how many tickets it was counted. */
  readonly date: string;
  readonly commit: string;
  readonly tickets: { readonly alone: number; readonly together: number };
}

export const readRecordedUsage = (file = USAGE_FILE): RecordedUsage => {
  const { usagePerTicket, ...of } = recordSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  return { ...of, usage: usagePerTicket };
};
