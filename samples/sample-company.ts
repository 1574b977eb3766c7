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

/** The tickets alone. */
export const sampleTickets = (options: Partial<CompanyOptions> = {}): readonly SampleTicket[] =>
  sampleCompany(options).map(({ ticket }) => ticket);
