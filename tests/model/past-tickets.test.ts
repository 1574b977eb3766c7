import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Artifact } from '../../model/artifact.ts';
import { ArtifactError } from '../../model/errors.ts';
import { nearestTickets, openPastTickets, pastTicketFiles, rememberTickets, similarTickets } from '../../model/past-tickets.ts';
import type { PastTickets } from '../../model/past-tickets.ts';
import { unitRows } from '../support/random-vectors.ts';
import { trainingExample } from '../support/training-examples.ts';

const DIMENSION = 8;

const pastOf = (count: number, seed: number): PastTickets => ({
  rows: unitRows(count, DIMENSION, seed),
  dimension: DIMENSION,
  tickets: Array.from({ length: count }, (_, at) => ({ ticketId: `ticket-${at}`, labels: { team: at % 2 === 0 ? 'a' : 'b' } })),
});

const cosine = (left: Float32Array, leftRow: number, right: Float32Array, rightRow: number): number =>
  Array.from({ length: DIMENSION }, (_, at) => left[leftRow * DIMENSION + at]! * right[rightRow * DIMENSION + at]!).reduce(
    (a, b) => a + b,
    0,
  );

const artifactOf = (files: Artifact['files']): Artifact => ({ manifest: {} as Artifact['manifest'], files });

describe('the nearest past tickets', () => {
  test('are those that comparing every pair finds, nearest first', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 600 }),
        fc.nat(1_000),
        async (kept, asked, seed) => {
          const past = pastOf(kept, seed);
          const short = unitRows(asked, DIMENSION, seed + 1);
          const { positions, similarities, count } = await nearestTickets(past, short, 5);
          expect(positions).toHaveLength(asked * 5);
          for (let row = 0; row < asked; row += 97) {
            const all = past.tickets.map((_, at) => cosine(short, row, past.rows, at)).sort((a, b) => b - a);
            const found = [...positions.subarray(row * count, (row + 1) * count)].slice(0, kept);
            expect([...positions.subarray(row * count + found.length, (row + 1) * count)].every((each) => each === -1)).toBe(
              true,
            );
            for (const [at, position] of found.entries()) {
              expect(similarities[row * count + at]).toBeCloseTo(all[at]!, 5);
              expect(cosine(short, row, past.rows, position)).toBeCloseTo(all[at]!, 5);
            }
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  test('are the same whether the tickets come from training or from an artifact', async () => {
    const past = pastOf(300, 3);
    const opened = openPastTickets(artifactOf(pastTicketFiles(past)), DIMENSION);
    const short = unitRows(20, DIMENSION, 4);
    const [learned, loaded] = [await nearestTickets(past, short, 5), await nearestTickets(opened, short, 5)];
    expect([...loaded.positions]).toEqual([...learned.positions]);
    loaded.similarities.forEach((similarity, at) => expect(similarity).toBeCloseTo(learned.similarities[at]!, 5));
  });

  test('are shown with their ids and labels, and only as many as there are', async () => {
    const past = pastOf(2, 1);
    const found = await nearestTickets(past, past.rows, 5);
    const shown = similarTickets(past, found, 1, 3);
    expect(shown.map(({ ticketId, labels }) => [ticketId, labels['team']])).toEqual([
      ['ticket-1', 'b'],
      ['ticket-0', 'a'],
    ]);
    expect(similarTickets(past, found, 0, 1)).toHaveLength(1);
  });
});

describe('what a model remembers of its tickets', () => {
  test('is where they lie and how they were labelled, never their text; tickets without labels are not kept', () => {
    const examples = [
      trainingExample({ ticketId: '1', text: 'secret words' }),
      trainingExample({ ticketId: '2', labels: {} }),
      trainingExample({ ticketId: '3', labels: { team: 'access' } }),
    ];
    const short = unitRows(3, DIMENSION, 1);
    const past = rememberTickets(examples, short, DIMENSION, 7);
    expect(past.tickets).toEqual([
      { ticketId: '1', labels: { team: 'billing' } },
      { ticketId: '3', labels: { team: 'access' } },
    ]);
    expect([...past.rows]).toEqual([...short.subarray(0, DIMENSION), ...short.subarray(2 * DIMENSION)]);
    const stored = [...pastTicketFiles(past).values()].map((bytes) => Buffer.from(bytes).toString('utf8')).join('');
    expect(stored).not.toContain('secret');
  });

  test('comes back from its files as it was, whatever the ids and labels hold', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.dictionary(fc.string(), fc.string())), { maxLength: 5 }),
        (given) => {
          const past: PastTickets = {
            rows: unitRows(given.length, DIMENSION, 1),
            dimension: DIMENSION,
            tickets: given.map(([ticketId, labels]) => ({ ticketId, labels: { ...labels } })),
          };
          expect(openPastTickets(artifactOf(pastTicketFiles(past)), DIMENSION)).toMatchObject(past);
        },
      ),
    );
  });

  test.each([
    ['rows of another number than tickets', 'past.f32', Buffer.alloc(4), /past\.f32 has 1 values for 4 tickets of 8 dimensions/u],
    ['a line that is no JSON', 'past.jsonl', Buffer.from('{"a\n'.repeat(4)), /line 1, is not a ticket; the model is damaged/u],
    ['a line that is no ticket', 'past.jsonl', Buffer.from('["a",{}]\n[3,{}]\n["a",{}]\n["a",{}]\n'), /line 2, is not a ticket/u],
    ['a line that is no list', 'past.jsonl', Buffer.from('null\n'.repeat(4)), /line 1, is not a ticket/u],
    ['labels that are no texts', 'past.jsonl', Buffer.from('["a",{"team":3}]\n'.repeat(4)), /line 1, is not a ticket/u],
  ])('%s is refused', (_, name, bytes, message) => {
    const files = new Map([...pastTicketFiles(pastOf(4, 1)), [name, bytes] as const]);
    expect(() => openPastTickets(artifactOf(files), DIMENSION)).toThrow(ArtifactError);
    expect(() => openPastTickets(artifactOf(files), DIMENSION)).toThrow(message);
  });
});
