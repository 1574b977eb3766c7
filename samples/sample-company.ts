import { join } from 'node:path';
import { DAY_MS, END_MS } from './generate/calendar.ts';
import { generateCompany, WHOLE_COMPANY } from './generate/company.ts';
import type { CompanyOptions, CompanyTicket, SampleTicket } from './generate/company.ts';
import { readMaterial } from './read-material.ts';

/** The last days of the story are the live part, which holds the incident; everything before is history. */
export const LIVE_DAYS = 2;

/** The first instant of the live part, ISO 8601 in UTC. */
export const LIVE_FROM = new Date(END_MS - LIVE_DAYS * DAY_MS).toISOString();

/** The company's tickets with what came of them, oldest first: made anew, in about a second for all sixteen weeks. */
export const sampleCompany = (options: Partial<CompanyOptions> = {}): readonly CompanyTicket[] => [
  ...generateCompany(readMaterial(), { ...WHOLE_COMPANY, ...options }),
];

/** A company that trains in seconds, for tests and benchmarks: some 450 tickets, a fifth of them live. */
export const SMALL_COMPANY = { weeks: 2, ticketsPerWeek: 225 } as const satisfies Partial<CompanyOptions>;

/** How results call it. */
export const SMALL_COMPANY_NAME = 'the sample company, 2 weeks of 225 tickets, seed 1';

/** The tickets alone. */
export const sampleTickets = (options: Partial<CompanyOptions> = {}): readonly SampleTicket[] =>
  sampleCompany(options).map(({ ticket }) => ticket);

/** The declaration of labels (as `labels.json` at the project's top is one) that says what renamed teams are called today. */
export const SAMPLE_LABELS = join(import.meta.dirname, 'company', 'labels.json');
