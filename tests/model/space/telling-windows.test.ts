import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitSubjects, weighBySubjects, weighLongTexts } from '../../../model/space/telling-windows.ts';
import { defaultEncoder } from '../../support/trained-routing.ts';

const CENTRE = Float32Array.of(1, 1);
type Labels = readonly Readonly<Record<string, string>>[];

describe('what tickets are about', () => {
  test('is a direction of each label from the mean of all, of unit length', () => {
    const embedding = Float32Array.of(3, 1, 5, 1, 1, 4, 1, -1);
    const labels: Labels = [{ team: 'a' }, { team: 'a' }, { team: 'b' }, { team: 'c', other: 'a' }];
    const { directions } = fitSubjects(embedding, CENTRE, labels, 1);
    expect([...directions]).toEqual([0, -1, 1, 0, 0, 1, 0, -1]);
  });

  test('is single texts where there are no labels, or one for all', () => {
    const embedding = Float32Array.of(3, 1, 1, 4);
    for (const labels of [
      [{}, {}],
      [{ team: 'a' }, { team: 'a' }],
    ])
      expect([...fitSubjects(embedding, CENTRE, labels, 1).directions].toSorted((a, b) => a - b)).toEqual([0, 0, 1, 1]);
  });
});

describe('a window', () => {
  const weigh = weighBySubjects({ centre: CENTRE, directions: Float32Array.of(1, 0) });

  test('counts by how near it comes to a subject', () => {
    const [near, far, opposite] = weigh(Float32Array.of(2, 1, 1, 2, 0, 1));
    expect(near).toBe(1);
    expect(far).toBeCloseTo(Math.exp(-20), 12);
    expect(opposite).toBeLessThan(far!);
  });

  test('has a weight that can be divided by, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true, min: -1, max: 1 }), { minLength: 2, maxLength: 20 }), (values) => {
        const weights = weigh(Float32Array.from(values.slice(0, 2 * Math.floor(values.length / 2))));
        expect(weights.every((weight) => weight >= 0 && weight <= 1)).toBe(true);
        expect(Math.max(...weights)).toBe(1);
      }),
    );
  });
});

describe('a long text', () => {
  const filler = 'The weather was nice on our holiday and the children played in the garden with the dog. '.repeat(25);
  const subjects = [
    'Where is my parcel? It has not arrived.',
    'My invoice is wrong, I was billed twice.',
    'I forgot my password.',
  ];

  test('is nearest to what it asks, wherever that stands, and a short one stays as it is', async () => {
    const encoder = await defaultEncoder();
    const asked = [
      `Where is my parcel? It was to arrive on Monday and has not come. ${filler}`,
      `${filler} I was billed twice on this invoice, please correct it. ${filler}`,
      `${filler} I have forgotten the password of my account.`,
    ];
    const texts = [...subjects, ...asked];
    const encoding = await encoder.encode(texts);
    const before = encoding.embedding.slice();
    expect(texts.map(encoder.isLong)).toEqual([false, false, false, true, true, true]);
    const labels: Labels = texts.map((_, at) => ({ team: String(at % 3) }));
    await weighLongTexts(encoder, texts, encoding, labels, 1);
    const { dimension } = encoder.manifest;
    const row = (values: Float32Array, at: number): Float32Array => values.subarray(at * dimension, (at + 1) * dimension);
    const cosine = (values: Float32Array, one: number, other: number): number =>
      row(values, one).reduce((sum, value, at) => sum + value * row(values, other)[at]!, 0);
    for (const at of [0, 1, 2]) {
      expect(row(encoding.embedding, at)).toEqual(row(before, at));
      expect(cosine(encoding.embedding, at, 3 + at)).toBeGreaterThan(cosine(before, at, 3 + at) + 0.1);
    }
  });
});
