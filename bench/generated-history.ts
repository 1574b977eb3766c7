import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { PastTicket } from '../cli/import/write-lessons.ts';

const TEAMS = ['billing', 'shipping', 'Shipping ', 'workshop', 'accounts', 'returns', 'advice', 'subscriptions'] as const;
const SENTENCES = [
  'I sent the lamp back three weeks ago and still have no money, please check order 4711 for me.',
  'The app shows an error when I try to pay; it says "try again later" and nothing else.',
  'Hello, the parcel was left with a neighbour I do not know. Write to jo.doe@example.com if you find it.',
  'My front brake squeals since the last service, could you have a look at it this week?',
  'I would like to change the address of my subscription before the next delivery goes out.',
] as const;

/** Numbers 0 ≤ x < 1 (mulberry32). */
const seeded = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const YEAR_MS = 365 * 86_400_000;
const ROWS_A_WRITE = 2_000;

/** Past tickets in no order of time, about 250 bytes of text each, as an import writes them. */
export function* generatedTickets(count: number, endMs: number, seed: number): Generator<PastTicket> {
  const random = seeded(seed);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!;
  for (let at = 0; at < count; at++)
    yield {
      eventId: `import-${at}`,
      ticketId: `T-${at}`,
      time: new Date(endMs - Math.floor(random() * YEAR_MS)).toISOString(),
      subject: `Ticket ${Math.floor(random() * 1e9)}`,
      body: `${pick(SENTENCES)}\n${pick(SENTENCES)}`,
      labels: { team: pick(TEAMS) },
    };
}

/**
 * Writes a packed CSV of past tickets in no order of time, about 250 bytes each, some of them refused: the worst case for a writer that
 * files by day.
 */
export const writeGeneratedHistory = async (file: string, rows: number, endMs: number, seed: number): Promise<void> => {
  const random = seeded(seed);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!;
  const packed = createGzip({ level: 1 });
  const written = finished(packed.pipe(createWriteStream(file)));
  packed.write('id,created,subject,body,team\r\n');
  for (let from = 0; from < rows; from += ROWS_A_WRITE) {
    let text = '';
    for (let row = from; row < Math.min(rows, from + ROWS_A_WRITE); row++) {
      const time = new Date(endMs - Math.floor(random() * YEAR_MS)).toISOString();
      const body = row % 100 === 0 ? '' : `${pick(SENTENCES)}\n${pick(SENTENCES)}`.replaceAll('"', '""');
      text += `T-${row},${time},${row % 100 === 0 ? '' : `Ticket ${Math.floor(random() * 1e9)}`},"${body}",${pick(TEAMS)}\r\n`;
    }
    if (!packed.write(text)) await once(packed, 'drain');
  }
  packed.end();
  await written;
};
