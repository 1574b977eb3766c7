import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { generateCompany, WHOLE_COMPANY } from '../../samples/generate/company.ts';
import { readMaterial } from '../../samples/read-material.ts';
import { LIVE_FROM } from '../../samples/sample-company.ts';
import { UserError } from '../user-error.ts';

export interface SampleOptions {
  readonly out?: string;
  readonly weeks: number;
  readonly ticketsPerWeek?: number;
  readonly part: 'history' | 'live' | 'all';
  readonly seed: number;
}

/**
 * Writes tickets one a line, made as they are written: a company of any size needs the memory of a day.
 * @throws UserError where the file cannot be written
 */
export const writeSample = async ({ out, ...options }: SampleOptions): Promise<void> => {
  const lines = Readable.from(linesOf(options));
  if (out === undefined) {
    for await (const line of lines) if (!process.stdout.write(line)) await drained();
    return;
  }
  try {
    await pipeline(lines, createWriteStream(out));
  } catch (cause) {
    throw new UserError(`${out} cannot be written (${cause instanceof Error ? cause.message : String(cause)}).`, { cause });
  }
};

const drained = (): Promise<void> => new Promise((done) => void process.stdout.once('drain', done));

function* linesOf({ weeks, ticketsPerWeek, part, seed }: Omit<SampleOptions, 'out'>): Generator<string> {
  const size = { seed, weeks, ticketsPerWeek: ticketsPerWeek ?? WHOLE_COMPANY.ticketsPerWeek };
  for (const { ticket, outcome } of generateCompany(readMaterial(), size)) {
    const isLive = ticket.time >= LIVE_FROM;
    if (part === 'all' || isLive === (part === 'live')) yield `${JSON.stringify({ ...ticket, outcome })}\n`;
  }
}
