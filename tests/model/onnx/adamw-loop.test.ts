import { afterEach, describe, expect, test } from 'vitest';
import { openTrainer } from '../../../model/onnx/adamw-loop.ts';
import type { AdamWSettings, Objective, Trainer } from '../../../model/onnx/adamw-loop.ts';
import { int } from '../../../model/onnx/graph.ts';
import { floatTensor, intTensor } from '../../../model/onnx/session.ts';
import { seededRandom } from '../../../model/random.ts';

const WIDTH = 5;
const CLASSES = 3;
const ROWS = 40;
const BATCH = 8;
const STEPS = ROWS / BATCH;
const EPOCHS = 3;

/** Softmax regression whose batches are picked by a table of row numbers. */
const softmaxRegression: Objective<'rows' | 'targets' | 'order', 'weights' | 'bias'> = {
  inputs: {
    rows: { type: 'float32', shape: [ROWS, WIDTH] },
    targets: { type: 'float32', shape: [ROWS, CLASSES] },
    order: { type: 'int64', shape: ['steps', BATCH] },
  },
  parameters: { weights: [WIDTH, CLASSES], bias: [CLASSES] },
  loss: (tape, { inputs, parameters, step }) => {
    const picked = tape.graph.apply('Gather', [inputs.order, step], { axis: int(0) });
    const rows = tape.graph.apply('Gather', [inputs.rows, picked], { axis: int(0) });
    const targets = tape.graph.apply('Gather', [inputs.targets, picked], { axis: int(0) });
    return tape.softmaxCrossEntropy(tape.linear(rows, parameters.weights, parameters.bias), targets, BATCH);
  },
};

const settings: AdamWSettings = { threads: 1, learningRate: 0.05, weightDecay: 0.1, totalSteps: STEPS * EPOCHS };

const random = seededRandom(11);
const rows = Float32Array.from({ length: ROWS * WIDTH }, () => random() * 2 - 1);
/** Which of the first three columns is largest: a linear model can learn it. */
const labels = Array.from({ length: ROWS }, (_, row) => {
  const [first, second, third] = rows.subarray(row * WIDTH);
  return first! >= second! && first! >= third! ? 0 : second! >= third! ? 1 : 2;
});
const targets = Float32Array.from({ length: ROWS * CLASSES }, (_, at) =>
  labels[Math.floor(at / CLASSES)] === at % CLASSES ? 1 : 0,
);
const initial = {
  weights: Float32Array.from({ length: WIDTH * CLASSES }, () => random() - 0.5),
  bias: Float32Array.from({ length: CLASSES }, () => random() - 0.5),
};
const orderOf = (epoch: number): readonly number[] => Array.from({ length: ROWS }, (_, at) => (at * 7 + epoch) % ROWS);

/** Algorithm 2 of Loshchilov & Hutter (2019), line by line and in double precision. */
const plainAdamW = (): { readonly weights: Float64Array; readonly bias: Float64Array; readonly losses: readonly number[] } => {
  const values = Float64Array.from([...initial.weights, ...initial.bias]);
  const first = new Float64Array(values.length);
  const second = new Float64Array(values.length);
  const losses: number[] = [];
  for (let t = 1; t <= settings.totalSteps; t++) {
    const step = t - 1;
    const order = orderOf(Math.floor(step / STEPS));
    const batch = order.slice((step % STEPS) * BATCH, ((step % STEPS) + 1) * BATCH);
    const { loss, gradient } = lossAndGradient(values, batch);
    losses.push(loss);
    const rate = settings.learningRate * (1 - step / settings.totalSteps);
    for (let at = 0; at < values.length; at++) {
      first[at] = 0.9 * first[at]! + 0.1 * gradient[at]!;
      second[at] = 0.999 * second[at]! + 0.001 * gradient[at]! ** 2;
      const firstHat = first[at]! / (1 - 0.9 ** t);
      const secondHat = second[at]! / (1 - 0.999 ** t);
      values[at]! -= rate * (firstHat / (Math.sqrt(secondHat) + 1e-8) + settings.weightDecay * values[at]!);
    }
  }
  return { weights: values.slice(0, WIDTH * CLASSES), bias: values.slice(WIDTH * CLASSES), losses };
};

const lossAndGradient = (values: Float64Array, batch: readonly number[]) => {
  const gradient = new Float64Array(values.length);
  let loss = 0;
  for (const row of batch) {
    const x = rows.subarray(row * WIDTH, (row + 1) * WIDTH);
    const logits = Array.from({ length: CLASSES }, (_, k) =>
      x.reduce((sum, value, at) => sum + value * values[at * CLASSES + k]!, values[WIDTH * CLASSES + k]!),
    );
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    for (let k = 0; k < CLASSES; k++) {
      const probability = Math.exp(logits[k]!) / total;
      const target = targets[row * CLASSES + k]!;
      loss -= (target * Math.log(probability)) / BATCH;
      const error = (probability - target) / BATCH;
      gradient[WIDTH * CLASSES + k]! += error;
      for (let at = 0; at < WIDTH; at++) gradient[at * CLASSES + k]! += error * x[at]!;
    }
  }
  return { loss, gradient };
};

type TestTrainer = Trainer<'rows' | 'targets' | 'order', 'weights' | 'bias'>;
const opened: TestTrainer[] = [];
const open = async (): Promise<TestTrainer> => {
  const trainer = await openTrainer(softmaxRegression, initial, settings);
  opened.push(trainer);
  return trainer;
};
afterEach(() => Promise.all(opened.splice(0).map((trainer) => trainer.release())));

const runEpochOf = (trainer: TestTrainer, epoch: number): Promise<Float32Array> =>
  trainer.runEpoch(
    {
      rows: floatTensor(rows, [ROWS, WIDTH]),
      targets: floatTensor(targets, [ROWS, CLASSES]),
      order: intTensor(orderOf(epoch), [STEPS, BATCH]),
    },
    STEPS,
  );

const train = async (): Promise<{ readonly losses: readonly number[]; readonly trainer: TestTrainer }> => {
  const trainer = await open();
  const losses: number[] = [];
  for (let epoch = 0; epoch < EPOCHS; epoch++) losses.push(...(await runEpochOf(trainer, epoch)));
  return { losses, trainer };
};

describe('AdamW inside one loop of the runtime', () => {
  test('does what the paper says, step by step', async () => {
    const { losses, trainer } = await train();
    const expected = plainAdamW();
    expect(losses).toHaveLength(settings.totalSteps);
    for (const [at, loss] of expected.losses.entries()) expect(losses[at]).toBeCloseTo(loss, 5);
    for (const name of ['weights', 'bias'] as const)
      for (const [at, value] of expected[name].entries()) expect(trainer.parameters()[name][at]).toBeCloseTo(value, 5);
  });

  test('gives the same bits twice', async () => {
    const [one, other] = [await train(), await train()];
    expect(one.losses).toEqual(other.losses);
    expect(one.trainer.parameters()).toEqual(other.trainer.parameters());
  });

  test('leaves the initial values as they were given', async () => {
    const before = Float32Array.from(initial.weights);
    const { trainer } = await train();
    expect(initial.weights).toEqual(before);
    expect(trainer.parameters().weights).not.toEqual(before);
  });

  test('refuses steps beyond its schedule', async () => {
    const { trainer } = await train();
    await expect(runEpochOf(trainer, EPOCHS)).rejects.toThrow('20 steps were asked for, and the schedule has 15.');
  });
});
