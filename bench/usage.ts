// What one ticket uses of what AWS bills for, counted on the local cloud: each ticket alone, and thirty at a time.
// Run: npm run -s bench:usage [-- --record]
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readCounters, ticketUsageBetween } from '../cli/cost/usage-of-cloud.ts';
import { ALONE, TOGETHER } from '../cli/cost/usage-assumptions.ts';
import type { LabelledTicket } from '../cli/start/labelled-ticket.ts';
import { replayTickets, sendOutcomes } from '../cli/start/replay-tickets.ts';
import { SMALL_COMPANY_NAME } from '../samples/sample-company.ts';
import type { Usage } from '../core/cost/cost-of.ts';
import { provenanceOf } from './provenance.ts';
import { ARCHIVE_WINDOW_MS, NEVER, startTaughtCloud } from './taught-cloud.ts';

/** Enough for averages: every ticket makes the same calls but for what is quarantined or comes again. */
const TICKETS_ALONE = 60;
const TICKETS_TOGETHER = 600;

const { values: flags } = parseArgs({ options: { record: { type: 'boolean', default: false } } });

const { cloud, operator, sample, live, close } = await startTaughtCloud();
try {
  const many = (count: number, prefix: string): readonly LabelledTicket[] =>
    Array.from({ length: count }, (_, i) => ({ ...live[i % live.length]!, id: `${prefix}-${i}` }));
  /** The whole way of these tickets, from the first event to the object of the log. */
  const go = async (tickets: readonly LabelledTicket[]): Promise<void> => {
    await replayTickets(operator, tickets, () => undefined, NEVER);
    await sendOutcomes(operator, tickets, NEVER);
    await cloud.runFor(ARCHIVE_WINDOW_MS);
    await cloud.idle();
  };
  // Warms every function and endpoint up.
  await go(many(90, 'warm'));

  process.stderr.write(`${TICKETS_ALONE} tickets, one after the other …\n`);
  const beforeAlone = readCounters(cloud);
  for (const ticket of many(TICKETS_ALONE, 'alone')) await go([ticket]);
  const alone = ticketUsageBetween(beforeAlone, readCounters(cloud), TICKETS_ALONE, ALONE);

  process.stderr.write(`${TICKETS_TOGETHER} tickets, thirty at a time …\n`);
  const beforeTogether = readCounters(cloud);
  await go(many(TICKETS_TOGETHER, 'together'));
  const together = ticketUsageBetween(beforeTogether, readCounters(cloud), TICKETS_TOGETHER, TOGETHER);

  const rounded = (usage: Usage): Usage =>
    Object.fromEntries(Object.entries(usage).map(([meter, quantity]) => [meter, Number(quantity.toPrecision(4))]));
  const provenance = provenanceOf(SMALL_COMPANY_NAME, JSON.stringify(sample), 'first 80 % by time for training, last 20 % sent');
  const result = {
    ...provenance,
    tickets: { alone: TICKETS_ALONE, together: TICKETS_TOGETHER },
    assumed: { alone: ALONE, together: TOGETHER },
    usagePerTicket: { alone: rounded(alone), together: rounded(together) },
  };
  const text = `${JSON.stringify(result, null, 2)}\n`;
  if (flags.record) await writeFile(join(import.meta.dirname, 'results/usage.json'), text);
  process.stdout.write(text);
} finally {
  await close();
}
