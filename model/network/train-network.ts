import type { Tensor } from 'onnxruntime-node';
import { openTrainer } from '../onnx/adamw-loop.ts';
import { int } from '../onnx/graph.ts';
import { floatTensor, intTensor } from '../onnx/session.ts';
import { seededRandom, shuffleInPlace } from '../random.ts';
import type { Random } from '../random.ts';
import type { NetworkWeights } from './network.ts';

export interface NetworkSettings {
  readonly hidden: number;
  readonly epochs: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Share of the inputs, and of the hidden values, that a step leaves out. */
  readonly dropout: number;
  /** Share of a target that is spread over all classes (Szegedy et al. 2016). */
  readonly labelSmoothing: number;
  readonly seed: number;
}

export interface NetworkData {
  /** n × inputs, of unit length */
  readonly rows: Float32Array;
  readonly inputs: number;
  /** n × classes, rows sum to 1. */
  readonly targets: Float32Array;
  readonly classes: number;
}

/** Dropout masks are drawn from a bank: the runtime's own random operators go on with their stream from one run to the next. */
const MASKS = 1021;
/** The same below SMALL examples, where drawing the bank would take longer than the training. */
const FEW_MASKS = 127;
const SMALL = 1_000;

/** Up to this many, the inner weights are one parameter to the optimiser: 2 MB of them. */
const MOST_WEIGHTS = 524_288;
/**
 * More of them are cut into parameters of this many. The optimiser goes over weights, gradient and moments a dozen times in a step,
 * and 256 KB of each stay in the processor's cache: a step on 2,816 inputs takes 14 instead of 22 ms, with the same bits.
 */
const WEIGHTS_AT_ONCE = 65_536;

type Fed = 'rows' | 'targets' | 'order' | 'inputMasks' | 'hiddenMasks' | 'inputMask' | 'hiddenMask';

/** Called after each epoch with the mean loss of its steps, in nats. */
export type OnEpoch = (epoch: number, loss: number) => void;

/**
 * Trains one hidden layer by AdamW with dropout and label smoothing on soft targets. Same data, settings and machine: same bits.
 * Keeps the thread busy for an epoch at a time.
 */
export const trainNetwork = async (
  data: NetworkData,
  settings: NetworkSettings,
  onEpoch: OnEpoch = () => {},
): Promise<NetworkWeights> => {
  const { inputs, classes } = data;
  const { hidden, epochs, dropout, seed } = settings;
  const count = data.rows.length / inputs;
  const batch = Math.min(settings.batch, count);
  const steps = Math.floor(count / batch);
  const bank = count < SMALL ? FEW_MASKS : MASKS;
  const random = seededRandom(seed);
  const uniform = (size: number, fanIn: number): Float32Array =>
    Float32Array.from({ length: size }, () => (2 * random() - 1) / Math.sqrt(fanIn));
  const parts = cutRows(inputs, inputs * hidden <= MOST_WEIGHTS ? inputs : Math.max(1, Math.floor(WEIGHTS_AT_ONCE / hidden)));
  const initialInner = uniform(inputs * hidden, inputs);
  const trainer = await openTrainer<Fed, string>(
    {
      inputs: {
        rows: { type: 'float32', shape: [count, inputs] },
        targets: { type: 'float32', shape: [count, classes] },
        order: { type: 'int64', shape: [steps, batch] },
        inputMasks: { type: 'float32', shape: [bank, inputs] },
        hiddenMasks: { type: 'float32', shape: [bank, hidden] },
        inputMask: { type: 'int64', shape: [steps, batch] },
        hiddenMask: { type: 'int64', shape: [steps, batch] },
      },
      parameters: {
        ...Object.fromEntries(parts.map(({ name, rows }) => [name, [rows, hidden]])),
        innerBias: [hidden],
        outer: [hidden, classes],
        outerBias: [classes],
      },
      loss: (tape, { inputs: fed, parameters, step }) => {
        const { graph } = tape;
        const gather = (from: typeof step, at: typeof step): typeof step => graph.apply('Gather', [from, at], { axis: int(0) });
        const chosen = gather(fed.order, step);
        const scaled = tape.scale(gather(fed.rows, chosen), Math.sqrt(inputs));
        const dropped = tape.multiply(scaled, gather(fed.inputMasks, gather(fed.inputMask, step)));
        const columns = graph.applyMany(
          'Split',
          [dropped, graph.integers(...parts.map(({ rows }) => rows))],
          { axis: int(1) },
          parts.length,
        );
        const [first, ...others] = parts.map(({ name }) => parameters[name]!);
        const layer = others.reduce(
          (sum, weights, at) => tape.add(sum, tape.matmul(columns[at + 1]!, weights)),
          tape.linear(columns[0]!, first!, parameters['innerBias']!),
        );
        const activated = tape.gelu(layer);
        const kept = tape.multiply(activated, gather(fed.hiddenMasks, gather(fed.hiddenMask, step)));
        const scores = tape.linear(kept, parameters['outer']!, parameters['outerBias']!);
        return tape.softmaxCrossEntropy(scores, gather(fed.targets, chosen), batch);
      },
    },
    {
      ...Object.fromEntries(
        parts.map(({ name, first, rows }) => [name, initialInner.slice(first * hidden, (first + rows) * hidden)]),
      ),
      innerBias: uniform(hidden, inputs),
      outer: uniform(hidden * classes, hidden),
      outerBias: uniform(classes, hidden),
    },
    { learningRate: settings.learningRate, weightDecay: settings.weightDecay, totalSteps: steps * epochs, threads: 1 },
  );
  const masks = (width: number): Tensor =>
    floatTensor(
      Float32Array.from({ length: bank * width }, () => (random() < dropout ? 0 : 1 / (1 - dropout))),
      [bank, width],
    );
  const fixed = {
    rows: floatTensor(data.rows, [count, inputs]),
    targets: floatTensor(smoothed(data, settings.labelSmoothing), [count, classes]),
    inputMasks: masks(inputs),
    hiddenMasks: masks(hidden),
  };
  const order = Int32Array.from({ length: count }, (_, at) => at);
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      shuffleInPlace(order, random);
      const losses = await trainer.runEpoch(
        {
          ...fixed,
          order: intTensor(order.subarray(0, steps * batch), [steps, batch]),
          inputMask: drawMasks(steps * batch, bank, random, [steps, batch]),
          hiddenMask: drawMasks(steps * batch, bank, random, [steps, batch]),
        },
        steps,
      );
      onEpoch(epoch, losses.reduce((sum, loss) => sum + loss, 0) / steps);
    }
    const learned = trainer.parameters();
    const inner = new Float32Array(inputs * hidden);
    for (const { name, first } of parts) inner.set(learned[name]!, first * hidden);
    const [innerBias, outer, outerBias] = [learned['innerBias']!, learned['outer']!, learned['outerBias']!];
    return { inputs, hidden, classes, inner, innerBias, outer, outerBias };
  } finally {
    await trainer.release();
  }
};

/** The inner weights are parameters of this many rows each. */
interface Rows {
  readonly name: string;
  readonly first: number;
  readonly rows: number;
}

const cutRows = (count: number, most: number): readonly Rows[] =>
  Array.from({ length: Math.ceil(count / most) }, (_, part) => ({
    name: `inner/${part}`,
    first: part * most,
    rows: Math.min(most, count - part * most),
  }));

const drawMasks = (count: number, bank: number, random: Random, shape: readonly number[]): Tensor =>
  intTensor(
    Int32Array.from({ length: count }, () => Math.floor(random() * bank)),
    shape,
  );

const smoothed = ({ targets, classes }: NetworkData, smoothing: number): Float32Array =>
  targets.map((target) => target * (1 - smoothing) + smoothing / classes);
