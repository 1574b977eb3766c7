import { InferenceSession, Tensor } from 'onnxruntime-node';
import { ModelError, reasonOf } from '../errors.ts';

/** The runtime refused a graph, or failed on what it was fed. */
export class OnnxError extends ModelError {
  override readonly name = 'OnnxError';
}

export interface SessionOptions {
  /** Threads inside one operator, 1 and more. 1 gives the same bits on every run; 2 and more sum in another order. */
  readonly threads: number;
}

export type Feeds = Readonly<Record<string, Tensor>>;

/** What a graph takes or answers under a name. */
export interface GraphValue {
  readonly name: string;
  /** Of its elements, as the runtime calls it: `float32`, `int64`; `not a tensor` where it is something else. */
  readonly type: string;
  readonly rank: number;
  /** Numbers, and names of what is known at run time only. */
  readonly shape: readonly (number | string)[];
}

/** An open graph. A run computes on the calling thread, so nothing else happens there meanwhile. */
export interface OnnxSession {
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  /**
   * @param asked names of the outputs that are computed; all of them by default
   * @throws OnnxError
   */
  run(feeds: Feeds, asked?: readonly string[]): Promise<Feeds>;
  release(): Promise<void>;
}

/**
 * Since 1.29 the runtime tells its maker of its use, unless it finds this before its first session. What another thread sets in its
 * environment the runtime does not see.
 */
export const keepUseToOneself = (): void => {
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
};

/**
 * Opens the bytes of an ONNX graph on the CPU.
 * @param model a graph, or the path of a file with one
 * @throws OnnxError where the runtime cannot read or carry it out
 */
export const openSession = async (model: Uint8Array | string, { threads }: SessionOptions): Promise<OnnxSession> => {
  keepUseToOneself();
  // Denormal numbers are kept: the runtime's switch for them also changes the arithmetic of this thread's JavaScript, and training
  // on Banking77 took as long with it as without.
  const options: InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  };
  const session = await guarded('The ONNX runtime cannot open the graph', () =>
    typeof model === 'string' ? InferenceSession.create(model, options) : InferenceSession.create(model, options),
  );
  return {
    inputs: session.inputMetadata.map(valueOf),
    outputs: session.outputMetadata.map(valueOf),
    run: (feeds, asked) =>
      guarded('The ONNX runtime failed', async () =>
        tensorsOf(await (asked === undefined ? session.run(feeds) : session.run(feeds, asked))),
      ),
    release: () => session.release(),
  };
};

const valueOf = (value: InferenceSession.ValueMetadata): GraphValue =>
  value.isTensor
    ? { name: value.name, type: value.type, rank: value.shape.length, shape: value.shape }
    : { name: value.name, type: 'not a tensor', rank: 0, shape: [] };

export const floatTensor = (values: Float32Array, shape: readonly number[]): Tensor => new Tensor('float32', values, shape);

/** Whole numbers as int64, which indices and counts are. */
export const intTensor = (values: Iterable<number>, shape: readonly number[]): Tensor =>
  new Tensor('int64', BigInt64Array.from(values, BigInt), shape);

/** @throws OnnxError where there is no such tensor or it is not of float32 */
export const floatsOf = (tensors: Feeds, name: string): Float32Array => {
  const data = tensors[name]?.data;
  if (!(data instanceof Float32Array)) throw new OnnxError(`The graph answers no float32 tensor "${name}".`);
  return data;
};

const tensorsOf = (values: InferenceSession.ReturnType): Feeds =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]): [string, Tensor] => {
      if (!(value instanceof Tensor)) throw new OnnxError(`The graph answers "${name}", which is not a tensor.`);
      return [name, value];
    }),
  );

const guarded = async <Result>(what: string, call: () => Promise<Result>): Promise<Result> => {
  try {
    return await call();
  } catch (cause) {
    throw cause instanceof OnnxError ? cause : new OnnxError(`${what}: ${reasonOf(cause)}`, { cause });
  }
};
