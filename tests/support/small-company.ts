import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SMALL_COMPANY, sampleTickets } from '../../samples/sample-company.ts';

const FOLDER = resolve(import.meta.dirname, '../../.build/tests');

/** Tickets of a small sample company, oldest first, one a line: what a file of a user's tickets looks like. */
export const smallCompanyLines: readonly string[] = sampleTickets(SMALL_COMPANY).map((ticket) => JSON.stringify(ticket));

/** The same as a file, written once a process. */
export const smallCompanyFile = join(FOLDER, 'small-company.jsonl');

mkdirSync(FOLDER, { recursive: true });
// Test files run side by side: whoever reads sees a whole file.
const writing = `${smallCompanyFile}.${process.pid}-${Math.random()}`;
writeFileSync(writing, `${smallCompanyLines.join('\n')}\n`);
renameSync(writing, smallCompanyFile);
