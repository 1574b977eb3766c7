import { assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { INCIDENT } from '../../samples/company/topics.ts';
import { generateCompany } from '../../samples/generate/company.ts';
import { readMaterial } from '../../samples/read-material.ts';
import { LIVE_FROM, sampleCompany } from '../../samples/sample-company.ts';

const material = readMaterial();

test('the same seed makes the same tickets, another seed others', () => {
  const small = { weeks: 1, ticketsPerWeek: 60 };
  expect(sampleCompany({ ...small, seed: 7 })).toEqual(sampleCompany({ ...small, seed: 7 }));
  expect(sampleCompany({ ...small, seed: 8 })).not.toEqual(sampleCompany({ ...small, seed: 7 }));
});

test('tickets come one by one: the first is there before the rest is made', () => {
  const [first] = generateCompany(material, { seed: 1, weeks: 16, ticketsPerWeek: 1_000_000 });
  expect(first?.ticket.time.slice(0, 10)).toBe('2026-07-18');
});

test('a company of any size has the incident in its live part, no two tickets alike, and ends when the story ends', () => {
  assert(
    property(integer(), integer({ min: 1, max: 3 }), integer({ min: 5, max: 150 }), (seed, weeks, ticketsPerWeek) => {
      const all = sampleCompany({ seed, weeks, ticketsPerWeek });
      const texts = all.map(({ ticket }) => `${ticket.subject}\n${ticket.body}`.toLowerCase());
      const incident = all.filter(({ topic }) => topic === INCIDENT.topic);
      expect(
        new Set(texts).size === all.length &&
          new Set(all.map(({ ticket }) => ticket.id)).size === all.length &&
          incident.length === INCIDENT.tickets &&
          incident.every(({ ticket }) => ticket.time >= LIVE_FROM && ticket.time < '2026-11-07') &&
          all.every(({ ticket }) => Date.parse(ticket.time) >= Date.parse('2026-11-07') - weeks * 7 * 86_400_000) &&
          all.every(
            ({ ticket }) => ticket.body.trim() !== '' && !/\{[a-z]+\}|\|\||undefined|NaN/.test(`${ticket.subject}${ticket.body}`),
          ),
      ).toBe(true);
    }),
    { numRuns: 25 },
  );
});
