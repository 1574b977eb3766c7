import type { Tensor } from 'onnxruntime-node';
import { body, Graph, int } from './graph.ts';
import type { Value } from './graph.ts';
import type { Dimension, ElementType } from './message.ts';
import { floatsOf, floatTensor, intTensor, OnnxError, openSession } from './session.ts';
import type { Feeds, OnnxSession, SessionOptions } from './session.ts';
import { Tape } from './tape.ts';

/** Decay rates of the two moments, and what keeps the division finite (Kingma & Ba 2015, the defaults of its algorithm 1). */
const FIRST_DECAY = 0.9;
const SECOND_DECAY = 0.999;
const EPSILON = 1e-8;

/** Scalars of one step: its size, its epsilon, what is left of a weight after decay. */
const SCALARS_PER_STEP = 3;

/** Suffixes of a parameter's own value and of its two moments. */
const MOMENTS = ['', '/first', '/second'] as const;

/** What is minimised: the loss of one step, written over the parameters and over what is fed once an epoch. */
export interface Objective<Input extends string, Parameter extends string> {
  readonly inputs: Readonly<Record<Input, { readonly type: ElementType; readonly shape: readonly Dimension[] }>>;
  /** Their shapes. */
  readonly parameters: Readonly<Record<Parameter, readonly number[]>>;
  /**
   * Writes the loss of one step, a scalar. Inputs hold the whole epoch (rows, and tables with one row a step); the step picks its
   * own with Gather by `step`, counted from 0 in every epoch.
   */
  readonly loss: (tape: Tape, values: ObjectiveValues<Input, Parameter>) => Value;
}

export interface ObjectiveValues<Input extends string, Parameter extends string> {
  readonly inputs: Readonly<Record<Input, Value>>;
  readonly parameters: Readonly<Record<Parameter, Value>>;
  readonly step: Value;
}

export interface AdamWSettings extends SessionOptions {
  /** Of the first step; it falls linearly to 0 after `totalSteps`. */
  readonly learningRate: number;
  /** Decoupled: a step takes learningRate · weightDecay of every weight away. */
  readonly weightDecay: number;
  /** Steps of all epochs together. */
  readonly totalSteps: number;
}

export interface Trainer<Input extends string, Parameter extends string> {
  /**
   * Runs `steps` steps on what is fed, in one call of the runtime, which keeps the thread busy until it ends.
   * @returns the loss of each step before it was taken
   * @throws OnnxError where the runtime fails, or more steps are asked for than `totalSteps`
   */
  readonly runEpoch: (feeds: Readonly<Record<Input, Tensor>>, steps: number) => Promise<Float32Array>;
  readonly parameters: () => Readonly<Record<Parameter, Float32Array>>;
  readonly release: () => Promise<void>;
}

/**
 * Minimises an objective by AdamW (Loshchilov & Hutter 2019, algorithm 2) with a linearly falling learning rate. A whole epoch
 * of gradients and updates is one `Loop` of one ONNX graph, which is several times as fast as a call of the runtime a step.
 * On one thread the same feeds give the same bits.
 * @param initial values of the parameters, row by row
 */
export const openTrainer = async <Input extends string, Parameter extends string>(
  objective: Objective<Input, Parameter>,
  initial: Readonly<Record<Parameter, Float32Array>>,
  settings: AdamWSettings,
): Promise<Trainer<Input, Parameter>> => {
  const shapes = stateShapes(objective.parameters);
  const session = await openSession(writeLoop(objective), settings);
  const schedule = floatTensor(scheduleOf(settings), [settings.totalSteps, SCALARS_PER_STEP]);
  let state: Feeds = Object.fromEntries(
    Object.entries<readonly number[]>(shapes).map(([name, shape]) => [
      name,
      floatTensor(Object.hasOwn(initial, name) ? initial[name as Parameter] : new Float32Array(sizeOf(shape)), shape),
    ]),
  );
  let first = 0;
  return {
    runEpoch: async (feeds, steps) => {
      if (first + steps > settings.totalSteps)
        throw new OnnxError(`${first + steps} steps were asked for, and the schedule has ${settings.totalSteps}.`);
      const results = await runLoop(session, { ...feeds, ...state, schedule }, first, steps);
      state = Object.fromEntries(Object.keys(shapes).map((name) => [name, results[resultName(name)]!]));
      first += steps;
      return floatsOf(results, 'losses');
    },
    parameters: () =>
      Object.fromEntries(Object.keys(objective.parameters).map((name) => [name, floatsOf(state, name)])) as Record<
        Parameter,
        Float32Array
      >,
    release: () => session.release(),
  };
};

const runLoop = (session: OnnxSession, feeds: Feeds, first: number, steps: number): Promise<Feeds> =>
  session.run({ ...feeds, first: intTensor([first], []), steps: intTensor([steps], []) });

/**
 * The moments are kept without their factors 1 − β, which saves a product for each; the factors, and the correction of the
 * moments' bias at the start, are folded into the step's size and epsilon.
 */
const scheduleOf = ({ learningRate, weightDecay, totalSteps }: AdamWSettings): Float32Array => {
  const scalars = new Float32Array(totalSteps * SCALARS_PER_STEP);
  const root = Math.sqrt(1 - SECOND_DECAY);
  for (let step = 0; step < totalSteps; step++) {
    const rate = learningRate * (1 - step / totalSteps);
    const firstBias = 1 - FIRST_DECAY ** (step + 1);
    const secondBias = Math.sqrt(1 - SECOND_DECAY ** (step + 1));
    const size = (rate * (1 - FIRST_DECAY) * secondBias) / (firstBias * root);
    scalars.set([size, (EPSILON * secondBias) / root, 1 - rate * weightDecay], step * SCALARS_PER_STEP);
  }
  return scalars;
};

const writeLoop = <Input extends string, Parameter extends string>(objective: Objective<Input, Parameter>): Uint8Array => {
  const graph = new Graph();
  const steps = graph.input('steps', 'int64', []);
  const first = graph.input('first', 'int64', []);
  const schedule = graph.input('schedule', 'float32', ['allSteps', SCALARS_PER_STEP]);
  const inputs = mapValues(objective.inputs, (name, { type, shape }) => graph.input(name, type, shape));
  const shapes = stateShapes(objective.parameters);
  const state = mapValues(shapes, (name, shape) => graph.input(name, 'float32', shape));

  const loop = new Graph(graph);
  const step = loop.input('step', 'int64', []);
  const goOn = loop.input('goOn', 'bool', []);
  const carried = mapValues(shapes, (name, shape) => loop.input(`${name}/carried`, 'float32', shape));
  const parameters = mapValues(objective.parameters, (name) => carried[name]!);
  const tape = new Tape(loop);
  const loss = objective.loss(tape, { inputs, parameters, step });
  const names = Object.keys(parameters) as Parameter[];
  const gradients = tape.gradients(
    loss,
    names.map((name) => parameters[name]),
  );
  const scalars = scalarsOf(loop, schedule, loop.apply('Add', [step, first]));
  loop.output('goesOn', goOn, 'bool', []);
  for (const [at, name] of names.entries()) {
    const moments = MOMENTS.map((suffix) => carried[name + suffix]!);
    for (const [moment, updated] of updateOf(loop, moments, gradients[at]!, scalars).entries())
      loop.output(`${name}${MOMENTS[moment]}/updated`, updated, 'float32', objective.parameters[name]);
  }
  loop.output('loss', loss, 'float32', []);

  const results = graph.applyMany(
    'Loop',
    [steps, graph.truth(true), ...Object.values(state)],
    { body: body(loop) },
    Object.keys(shapes).length + 1,
  );
  for (const [at, [name, shape]] of Object.entries(shapes).entries())
    graph.output(resultName(name), results[at]!, 'float32', shape);
  graph.output('losses', results.at(-1)!, 'float32', ['steps']);
  return graph.encode();
};

type Scalars = readonly [size: Value, epsilon: Value, left: Value];

const scalarsOf = (loop: Graph, schedule: Value, at: Value): Scalars => {
  const row = loop.apply('Gather', [schedule, at], { axis: int(0) });
  const [size, epsilon, left] = loop.applyMany('Split', [row], { axis: int(0) }, SCALARS_PER_STEP);
  return [size!, epsilon!, left!];
};

/** The weights and their moments after one step. */
const updateOf = (loop: Graph, moments: readonly Value[], gradient: Value, [size, epsilon, left]: Scalars): readonly Value[] => {
  const [weights, before, squaresBefore] = moments;
  const times = (one: Value, other: Value): Value => loop.apply('Mul', [one, other]);
  const first = loop.apply('Add', [times(before!, loop.scalar(FIRST_DECAY)), gradient]);
  const second = loop.apply('Add', [times(squaresBefore!, loop.scalar(SECOND_DECAY)), times(gradient, gradient)]);
  const step = loop.apply('Div', [times(first, size), loop.apply('Add', [loop.apply('Sqrt', [second]), epsilon])]);
  return [loop.apply('Sub', [times(weights!, left), step]), first, second];
};

const stateShapes = (parameters: Readonly<Record<string, readonly number[]>>): Readonly<Record<string, readonly number[]>> =>
  Object.fromEntries(Object.entries(parameters).flatMap(([name, shape]) => MOMENTS.map((suffix) => [name + suffix, shape])));

const resultName = (name: string): string => `${name}/result`;

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

const mapValues = <Name extends string, From, To>(
  record: Readonly<Record<Name, From>>,
  map: (name: Name, value: From) => To,
): Readonly<Record<Name, To>> =>
  Object.fromEntries((Object.entries(record) as [Name, From][]).map(([name, value]) => [name, map(name, value)])) as Record<
    Name,
    To
  >;
