import { beforeAll, describe, expect, test } from 'vitest';
import type { Artifact } from '../../../model/artifact.ts';
import type { EncoderManifest } from '../../../model/encoder/manifest.ts';
import { ArtifactError } from '../../../model/errors.ts';
import { affordableDirections, fitHalfWhitening, halfWhiten } from '../../../model/space/half-whitening.ts';
import { fitAndPlace, placeTexts } from '../../../model/space/read-texts.ts';
import type { SpacedTexts } from '../../../model/space/read-texts.ts';
import { openSpace, spaceFiles } from '../../../model/space/space-files.ts';
import { fitTermDirections, projectTerms } from '../../../model/space/term-directions.ts';
import { fitTicketSpace, placeInSpace, pullBackToEncoder } from '../../../model/space/ticket-space.ts';
import type { Featurizer } from '../../../model/space/featurize.ts';
import type { TextFeatures } from '../../../model/space/text-features.ts';
import { fitTfidf } from '../../../model/tfidf.ts';
import { randomFloats, sparseRows, unitRows } from '../../support/random-vectors.ts';
import { defaultEncoder, teamExamples } from '../../support/trained-routing.ts';

const lengthOf = (vector: Float32Array): number => Math.hypot(...vector);
const rowOf = (rows: Float32Array, row: number, width: number): Float32Array => rows.subarray(row * width, (row + 1) * width);

describe('half-whitening', () => {
  /** Rows whose columns have the standard deviations given, on average. */
  const rowsOf = (count: number, deviations: readonly number[]): Float32Array =>
    randomFloats(count * deviations.length, 3).map((value, at) => 5 + Math.sqrt(3) * value * deviations[at % deviations.length]!);
  const deviations = [8, 4, 1, 0.5];

  test('centres rows and leaves the square root of the variance that a direction had, largest first', async () => {
    const rows = rowsOf(2_000, deviations);
    const whitening = await fitHalfWhitening(rows, 4, 4, 7);
    const whitened = await halfWhiten(whitening, rows);
    expect(whitening.dimension).toBe(4);
    for (let one = 0; one < 4; one++)
      for (let other = 0; other < 4; other++) {
        let covariance = 0;
        for (let row = 0; row < 2_000; row++) covariance += (whitened[row * 4 + one]! * whitened[row * 4 + other]!) / 2_000;
        // A deviation d has the variance d²; its square root is d.
        expect(covariance / deviations[Math.max(one, other)]!).toBeCloseTo(one === other ? 1 : 0, 1);
      }
    const means = [0, 1, 2, 3].map(
      (at) => whitened.reduce((sum, value, index) => sum + (index % 4 === at ? value : 0), 0) / 2_000,
    );
    for (const mean of means) expect(mean).toBeCloseTo(0, 3);
  });

  test('keeps no direction in which nothing varies', async () => {
    const whitening = await fitHalfWhitening(rowsOf(100, [3, 0, 1, 0]), 4, 4, 7);
    expect(whitening.dimension).toBe(2);
    const alike = await fitHalfWhitening(new Float32Array(80).fill(0.5), 4, 4, 7);
    expect(alike.dimension).toBe(1);
    expect([...(await halfWhiten(alike, new Float32Array(4).fill(0.5)))]).toEqual([0]);
  });

  test('of few texts keeps few directions: one to about four texts, and two at least', async () => {
    expect([1, 8, 40, 4_000].map((texts) => affordableDirections(texts, 200))).toEqual([2, 2, 10, 200]);
    expect((await fitHalfWhitening(randomFloats(24 * 50, 1), 50, 200, 7)).dimension).toBe(6);
  });
});

describe('directions of terms', () => {
  const { sparse } = sparseRows(60, 40, 0.2, 5);

  test('are centred over the training texts', async () => {
    const directions = await fitTermDirections(sparse, 40, 10, 7);
    const projected = projectTerms(directions, sparse);
    expect(directions.dimension).toBe(10);
    for (let at = 0; at < 10; at++) {
      let sum = 0;
      for (let row = 0; row < 60; row++) sum += projected[row * 10 + at]!;
      expect(sum / 60).toBeCloseTo(0, 4);
    }
  });

  test('leave the square root of the variance that a direction had', async () => {
    const directions = await fitTermDirections(sparse, 40, 10, 7);
    const projected = projectTerms(directions, sparse);
    for (let at = 0; at < 10; at++) {
      const variance = projected.reduce((sum, value, index) => sum + (index % 10 === at ? (value * value) / 60 : 0), 0);
      // The basis holds unit vectors times variance^-¼, so their length tells what the variance was.
      const length = Math.hypot(...directions.basis.filter((_, index) => index % 10 === at));
      expect(variance * length ** 2).toBeCloseTo(1, 2);
    }
  });
});

const MANIFEST = {
  dimension: 12,
  hidden: [
    { name: 'words-mean', size: 10 },
    { name: 'words-largest', size: 4 },
    { name: 'last-mean', size: 8 },
  ],
} as unknown as EncoderManifest;
const WIDTH = 30;

const featuresOf = (count: number, seed: number): TextFeatures => ({
  count,
  embedding: unitRows(count, 12, seed),
  hidden: randomFloats(count * 22, seed + 1),
  terms: sparseRows(count, WIDTH, 0.3, seed + 2).sparse,
});

describe('the space of tickets', () => {
  test('joins embedding, mean states and terms; its rows and its short embeddings have length 1', async () => {
    const features = featuresOf(80, 1);
    const space = await fitTicketSpace(MANIFEST, features, WIDTH, 7);
    expect(space.slices.map(({ from, offset, size }) => [from, offset, size])).toEqual([
      ['embedding', 0, 12],
      ['hidden', 0, 10],
      ['hidden', 14, 8],
    ]);
    expect(space.dimension).toBe(12 + 10 + 8 + 20);
    // The earlier state has no part in the short embedding.
    expect(space.shortDimension).toBe(12 + 8 + 20);
    const { rows, short, blank } = await placeInSpace(MANIFEST, space, features);
    for (let row = 0; row < 80; row++) {
      expect(lengthOf(rowOf(rows, row, space.dimension))).toBeCloseTo(1, 5);
      expect(lengthOf(rowOf(short, row, space.shortDimension))).toBeCloseTo(1, 5);
    }
    expect(blank).toEqual(Array.from({ length: 80 }, () => false));
  });

  test('gives each part its share of a row', async () => {
    const features = featuresOf(80, 1);
    const space = await fitTicketSpace(MANIFEST, features, WIDTH, 7);
    const row = rowOf((await placeInSpace(MANIFEST, space, features)).rows, 5, space.dimension);
    const parts = [row.subarray(0, 12), row.subarray(12, 22), row.subarray(22, 30), row.subarray(30)].map(lengthOf);
    const whole = Math.hypot(1, 0.5, 1, 1);
    [1, 0.5, 1, 1].forEach((share, at) => expect(parts[at]).toBeCloseTo(share / whole, 5));
  });

  test('says by what the terms of a row were scaled', async () => {
    const features = featuresOf(80, 1);
    const space = await fitTicketSpace(MANIFEST, features, WIDTH, 7);
    const { rows, scales } = await placeInSpace(MANIFEST, space, features);
    const projected = projectTerms(space.terms, features.terms);
    for (const row of [0, 7, 79]) {
      const scaled = rowOf(projected, row, space.terms.dimension).map((value) => value * scales[row * 4 + 3]!);
      rowOf(rows, row, space.dimension)
        .subarray(-space.terms.dimension)
        .forEach((value, at) => expect(value).toBeCloseTo(scaled[at]!, 5));
    }
  });

  test('takes gradients back to what the encoder says: with the scales as they are, both ways lead to the same sum', async () => {
    const features = featuresOf(80, 1);
    const space = await fitTicketSpace(MANIFEST, features, WIDTH, 7);
    const placed = await placeInSpace(MANIFEST, space, features);
    const gradients = randomFloats(80 * space.dimension, 5);
    const pulled = await pullBackToEncoder(MANIFEST, space, placed, gradients);
    for (let row = 0; row < 80; row++) {
      const said = [...rowOf(features.embedding, row, 12), ...rowOf(features.hidden, row, 22)];
      const bySaid = said.reduce((sum, value, at) => sum + (value - space.states.centre[at]!) * pulled[row * 34 + at]!, 0);
      const ofEncoder = rowOf(placed.rows, row, space.dimension).subarray(0, -space.terms.dimension);
      const byRow = ofEncoder.reduce((sum, value, at) => sum + value * gradients[row * space.dimension + at]!, 0);
      expect(bySaid).toBeCloseTo(byRow, 4);
    }
  });

  test('a text of which nothing is known is blank and has zeros', async () => {
    const space = await fitTicketSpace(MANIFEST, featuresOf(80, 1), WIDTH, 7);
    const nothing: TextFeatures = {
      count: 1,
      embedding: new Float32Array(12),
      hidden: new Float32Array(22),
      terms: { count: 1, offsets: Int32Array.of(0, 0), indices: new Int32Array(0), values: new Float32Array(0) },
    };
    const { rows, short, blank } = await placeInSpace(MANIFEST, space, nothing);
    expect(blank).toEqual([true]);
    expect([...rows, ...short].every((value) => value === 0)).toBe(true);
  });

  test('is the same, bit for bit, for the same texts and seed', async () => {
    const [first, second] = [
      await fitTicketSpace(MANIFEST, featuresOf(40, 1), WIDTH, 7),
      await fitTicketSpace(MANIFEST, featuresOf(40, 1), WIDTH, 7),
    ];
    expect(second).toEqual(first);
  });

  test('of few texts has few dimensions', async () => {
    expect((await fitTicketSpace(MANIFEST, featuresOf(8, 1), WIDTH, 7)).dimension).toBe(4 * 2);
  });
});

describe('the files of a space', () => {
  const sealed = async (): Promise<{
    readonly artifact: Artifact;
    readonly space: Awaited<ReturnType<typeof fitTicketSpace>>;
  }> => {
    const space = await fitTicketSpace(MANIFEST, featuresOf(40, 1), WIDTH, 7);
    return { space, artifact: { manifest: {} as Artifact['manifest'], files: spaceFiles(space) } };
  };

  test('give it back as it was', async () => {
    const { artifact, space } = await sealed();
    expect(openSpace(artifact, MANIFEST, WIDTH)).toEqual(space);
  });

  test('are refused where any of them is cut, missing, or of another encoder or vocabulary', async () => {
    const { artifact } = await sealed();
    for (const [name, bytes] of artifact.files) {
      const cut = new Map([...artifact.files, [name, bytes.slice(0, -4)] as const]);
      expect(() => openSpace({ ...artifact, files: cut }, MANIFEST, WIDTH)).toThrow(ArtifactError);
      const without = new Map([...artifact.files].filter(([each]) => each !== name));
      expect(() => openSpace({ ...artifact, files: without }, MANIFEST, WIDTH)).toThrow(`does not list ${name}`);
    }
    expect(() => openSpace(artifact, { ...MANIFEST, dimension: 13 }, WIDTH)).toThrow(/space-0\.\* do not fit the encoder/u);
    expect(() => openSpace(artifact, MANIFEST, WIDTH - 1)).toThrow(/space-terms\.\* do not fit/u);
  });
});

describe('texts in the space', () => {
  const texts = teamExamples(60).map(({ text }) => text);
  let featurizer: Featurizer;
  let spaced: SpacedTexts;
  beforeAll(async () => {
    featurizer = { encoder: await defaultEncoder(), vectorizer: fitTfidf(texts) };
    spaced = await fitAndPlace(featurizer, texts, 7);
  });

  test('lie where they lay when the space was learned', async () => {
    const again = await placeTexts(featurizer, spaced.space, texts);
    expect(again.rows).toEqual(spaced.rows);
    expect(again.short).toEqual(spaced.short);
    expect(again.terms).toEqual(spaced.terms);
  });

  test('lie at the same place alone and among others, but for rounding', async () => {
    const { space, rows, short } = spaced;
    for (const at of [0, 13, 59]) {
      const alone = await placeTexts(featurizer, space, [texts[at]!]);
      alone.rows.forEach((value, index) => expect(value).toBeCloseTo(rows[at * space.dimension + index]!, 4));
      alone.short.forEach((value, index) => expect(value).toBeCloseTo(short[at * space.shortDimension + index]!, 4));
    }
  });

  test('that mean the same lie nearer than others', async () => {
    const { space } = spaced;
    const { short } = await placeTexts(featurizer, space, [
      'my parcel never arrived',
      'the shipment got lost',
      'reset my password',
    ]);
    const cosine = (one: number, other: number): number =>
      rowOf(short, one, space.shortDimension).reduce(
        (sum, value, at) => sum + value * short[other * space.shortDimension + at]!,
        0,
      );
    expect(cosine(0, 1)).toBeGreaterThan(cosine(0, 2) + 0.1);
  });

  test('report how many of them are read', async () => {
    const seen: number[] = [];
    await fitAndPlace(featurizer, texts.slice(0, 20), 7, (done, total) => {
      expect(total).toBe(20);
      seen.push(done);
    });
    expect(seen.at(-1)).toBe(20);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });
});
