import { describe, expect, test } from 'vitest';
import type { Artifact } from '../../../model/artifact.ts';
import { ArtifactError } from '../../../model/errors.ts';
import { averageNetworks, networkFiles, openNetworkWeights } from '../../../model/network/network-files.ts';
import { openNetwork } from '../../../model/network/network.ts';
import type { NetworkWeights } from '../../../model/network/network.ts';
import { trainNetwork } from '../../../model/network/train-network.ts';
import type { NetworkSettings } from '../../../model/network/train-network.ts';
import { randomFloats, unitRows } from '../../support/random-vectors.ts';

const INPUTS = 6;
const CLASSES = 3;

const networkOf = (hidden: number, seed: number): NetworkWeights => ({
  inputs: INPUTS,
  hidden,
  classes: CLASSES,
  inner: randomFloats(INPUTS * hidden, seed),
  innerBias: randomFloats(hidden, seed + 1),
  outer: randomFloats(hidden * CLASSES, seed + 2),
  outerBias: randomFloats(CLASSES, seed + 3),
});

const scoresOf = async (weights: NetworkWeights, rows: Float32Array): Promise<Float32Array> => {
  const network = await openNetwork(weights);
  try {
    return (await network.evaluate(rows)).scores;
  } finally {
    await network.release();
  }
};

/** Abramowitz & Stegun 7.1.26; off by less than 2e-7. */
const gelu = (value: number): number => {
  const at = Math.abs(value) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * at);
  const tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = Math.sign(value) * (1 - tail * Math.exp(-at * at));
  return 0.5 * value * (1 + erf);
};

describe('a network', () => {
  test('scores by its formula, each row for itself', async () => {
    const weights = networkOf(5, 1);
    const rows = unitRows(4, INPUTS, 9);
    const scores = await scoresOf(weights, rows);
    for (let row = 0; row < 4; row++) {
      const hidden = Array.from({ length: 5 }, (_, at) => {
        let sum = weights.innerBias[at]!;
        for (let input = 0; input < INPUTS; input++)
          sum += Math.sqrt(INPUTS) * rows[row * INPUTS + input]! * weights.inner[input * 5 + at]!;
        return gelu(sum);
      });
      for (let label = 0; label < CLASSES; label++) {
        const expected = hidden.reduce(
          (sum, value, at) => sum + value * weights.outer[at * CLASSES + label]!,
          weights.outerBias[label]!,
        );
        expect(scores[row * CLASSES + label]).toBeCloseTo(expected, 4);
      }
    }
  });

  test('has the mean of the gradients on the way from zeros to a row, in any direction', async () => {
    const network = await openNetwork(networkOf(7, 4));
    const rows = unitRows(3, INPUTS, 8);
    const direction = randomFloats(3 * CLASSES, 6);
    const gradient = await network.integratedGradient((await network.evaluate(rows)).hidden, direction);
    const along = async (given: Float32Array): Promise<number> =>
      (await network.evaluate(given)).scores.reduce((sum, score, at) => sum + score * direction[at]!, 0);
    const [step, stops] = [1e-2, 20];
    for (let at = 0; at < rows.length; at++) {
      let mean = 0;
      for (let stop = 0; stop < stops; stop++) {
        const [more, less] = [1, -1].map((sign) => {
          const moved = rows.map((value) => (value * (stop + 0.5)) / stops);
          moved[at]! += sign * step;
          return moved;
        });
        mean += ((await along(more!)) - (await along(less!))) / (2 * step) / stops;
      }
      expect(gradient[at]).toBeCloseTo(mean, 2);
    }
    await network.release();
  });

  test('gives gradients that add up to what a row has more than zeros have, also of a row of nearly nothing', async () => {
    const network = await openNetwork(networkOf(7, 4));
    const rows = unitRows(4, INPUTS, 8).map((value, at) => (at < INPUTS ? value * 1e-4 : value));
    const direction = Float32Array.from({ length: 4 * CLASSES }, (_, at) => (at % CLASSES === 1 ? 1 : 0));
    const { hidden, scores } = await network.evaluate(rows);
    const zeros = await network.evaluate(new Float32Array(INPUTS));
    const gradient = await network.integratedGradient(hidden, direction);
    for (let row = 0; row < 4; row++) {
      const own = gradient.subarray(row * INPUTS, (row + 1) * INPUTS);
      const total = own.reduce((sum, value, at) => sum + value * rows[row * INPUTS + at]!, 0);
      expect(total).toBeCloseTo(scores[row * CLASSES + 1]! - zeros.scores[1]!, 4);
    }
    await network.release();
  });

  test('says nothing of no rows', async () => {
    const network = await openNetwork(networkOf(2, 1));
    const { scores, hidden } = await network.evaluate(new Float32Array(0));
    expect(scores).toHaveLength(0);
    expect(await network.integratedGradient(hidden, new Float32Array(0))).toHaveLength(0);
    await network.release();
  });

  test('made of several has the mean of their scores', async () => {
    const networks = [networkOf(4, 1), networkOf(6, 11), networkOf(5, 21)];
    const rows = unitRows(5, INPUTS, 3);
    const averaged = averageNetworks(networks);
    expect(averaged.hidden).toBe(15);
    const scores = await scoresOf(averaged, rows);
    const single = await Promise.all(networks.map((network) => scoresOf(network, rows)));
    scores.forEach((score, at) => expect(score).toBeCloseTo((single[0]![at]! + single[1]![at]! + single[2]![at]!) / 3, 5));
    expect(() => averageNetworks([])).toThrow(RangeError);
  });

  test('comes back from its files as it was', () => {
    const weights = networkOf(5, 1);
    const artifact: Artifact = { manifest: {} as Artifact['manifest'], files: networkFiles('head-0', weights) };
    expect(openNetworkWeights(artifact, 'head-0', INPUTS, CLASSES)).toEqual(weights);
    for (const [inputs, classes] of [
      [INPUTS + 1, CLASSES],
      [INPUTS, CLASSES - 1],
    ] as const)
      expect(() => openNetworkWeights(artifact, 'head-0', inputs, classes)).toThrow(ArtifactError);
    for (const name of artifact.files.keys()) {
      const files = new Map([...artifact.files, [name, new Uint8Array(0)] as const]);
      expect(() => openNetworkWeights({ ...artifact, files }, 'head-0', INPUTS, CLASSES)).toThrow(/the model is damaged/u);
    }
  });
});

const SETTINGS: NetworkSettings = {
  hidden: 16,
  epochs: 20,
  batch: 16,
  learningRate: 1e-2,
  weightDecay: 0.02,
  dropout: 0.2,
  labelSmoothing: 0.1,
  seed: 7,
};

/** Unit rows around a direction of each class, in turn. */
const blobs = (
  count: number,
  seed: number,
): { readonly rows: Float32Array; readonly classes: Int32Array; readonly targets: Float32Array } => {
  const classes = Int32Array.from({ length: count }, (_, row) => row % CLASSES);
  const rows = randomFloats(count * INPUTS, seed).map((value) => 0.5 * value);
  const targets = new Float32Array(count * CLASSES);
  classes.forEach((label, row) => {
    rows[row * INPUTS + label]! += 1.5;
    targets[row * CLASSES + label] = 1;
    const own = rows.subarray(row * INPUTS, (row + 1) * INPUTS);
    const length = Math.hypot(...own);
    own.forEach((value, at) => (own[at] = value / length));
  });
  return { rows, classes, targets };
};

describe('training a network', () => {
  const { rows, targets } = blobs(96, 1);
  const data = { rows, targets, inputs: INPUTS, classes: CLASSES };

  test('tells classes apart that lie apart, on rows that it has not seen, and its loss falls', async () => {
    const losses: number[] = [];
    const weights = await trainNetwork(data, SETTINGS, (_, loss) => losses.push(loss));
    const unseen = blobs(60, 2);
    const scores = await scoresOf(weights, unseen.rows);
    const right = unseen.classes.filter((label, row) => {
      const own = scores.subarray(row * CLASSES, (row + 1) * CLASSES);
      return own.indexOf(Math.max(...own)) === label;
    });
    expect(right).toHaveLength(60);
    expect(losses).toHaveLength(SETTINGS.epochs);
    expect(losses[0]).toBeGreaterThan(0.8);
    expect(losses.at(-1)).toBeLessThan(0.7 * losses[0]!);
  });

  test('gives the same bits for the same data and seed, and others for another seed', async () => {
    const short = { ...SETTINGS, epochs: 3 };
    const first = await trainNetwork(data, short);
    expect(await trainNetwork(data, short)).toEqual(first);
    expect((await trainNetwork(data, { ...short, seed: 8 })).inner).not.toEqual(first.inner);
  });

  test('takes soft targets as what they are: where two classes are as likely, it says so', async () => {
    const soft = targets.map((_, at) => (at % CLASSES < 2 ? 0.5 : 0));
    const weights = await trainNetwork({ ...data, targets: soft }, { ...SETTINGS, labelSmoothing: 0 });
    const scores = await scoresOf(weights, rows.subarray(0, INPUTS));
    expect(Math.abs(scores[0]! - scores[1]!)).toBeLessThan(0.5);
    expect(scores[0]! - scores[2]!).toBeGreaterThan(1.5);
  });

  test('works with fewer rows than a batch', async () => {
    const few = blobs(5, 3);
    const weights = await trainNetwork({ ...data, rows: few.rows, targets: few.targets }, { ...SETTINGS, epochs: 2 });
    expect(weights.inner.every(Number.isFinite)).toBe(true);
  });
});
