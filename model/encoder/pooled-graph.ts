import { Tensor } from 'onnxruntime-node';
import { multiply } from '../linear-algebra/multiply.ts';
import { floatsOf, floatTensor } from '../onnx/session.ts';
import type { Feeds, OnnxSession } from '../onnx/session.ts';
import type { EncoderManifest } from './manifest.ts';
import type { EmbeddingOfMean, GraphAnswer, TextGraph } from './text-graph.ts';

const POOLED = ['embedding', 'hidden'] as const;
/** The embedding before it was brought to unit length, and the matrix that made it: tanh(mean of the last states · kernel + bias). */
const BENT = 'bent';
const KERNEL = 'kernel';

/**
 * A graph of our own, which takes `ids` and `mask` and answers `embedding` and `hidden` as they are needed; and where it is asked,
 * the states of the tokens by the names of what is pooled from them, without `-mean` and `-max`.
 */
export const pooledGraph = (
  session: OnnxSession,
  { dimension, hidden }: Pick<EncoderManifest, 'dimension' | 'hidden'>,
): TextGraph => {
  const statesOf = hidden.map(({ name }) => name.replace(/-(?:mean|max)$/u, ''));
  const last = statesOf.at(-1)!;
  const tokenwise = [...POOLED, ...new Set(statesOf), BENT];
  let kernel: Float32Array | undefined;
  const ofEmbedding = (results: Feeds): EmbeddingOfMean => {
    kernel ??= floatsOf(results, KERNEL);
    const [weights, bent] = [kernel, floatsOf(results, BENT)];
    return {
      states: floatsOf(results, last),
      pullBack: async (gradients) => {
        const rows = bent.length / dimension;
        const values = new Float32Array(bent.length);
        for (let row = 0; row < rows; row++) {
          const length = Math.hypot(...bent.subarray(row * dimension, (row + 1) * dimension));
          // The derivative of tanh is 1 - tanh².
          for (let at = row * dimension; at < (row + 1) * dimension; at++)
            values[at] = (gradients[at]! * (1 - bent[at]! ** 2)) / length;
        }
        const size = weights.length / dimension;
        return (
          await multiply({ rows, columns: dimension, values }, { rows: size, columns: dimension, values: weights }, 'right')
        ).values;
      },
    };
  };
  return {
    run: async (rows) => pooledOf(await session.run(feedsOf(rows), POOLED)),
    runTokenwise: async (rows) => {
      const results = await session.run(feedsOf(rows), kernel === undefined ? [...tokenwise, KERNEL] : tokenwise);
      return {
        ...pooledOf(results),
        ofHidden: statesOf.map((name) => floatsOf(results, name)),
        ofEmbedding: ofEmbedding(results),
      };
    },
    release: () => session.release(),
  };
};

const pooledOf = (results: Feeds): GraphAnswer => ({
  embedding: floatsOf(results, 'embedding'),
  hidden: floatsOf(results, 'hidden'),
});

/** Token ids and their mask as the graph takes them; rows go from short to long. */
export const feedsOf = (rows: readonly Int32Array[]): Readonly<Record<'ids' | 'mask', Tensor>> => {
  const shape = [rows.length, rows.at(-1)?.length ?? 0] as const;
  const [count, longest] = shape;
  const ids = new Int32Array(count * longest);
  const mask = new Float32Array(count * longest);
  for (const [at, row] of rows.entries()) {
    ids.set(row, at * longest);
    mask.fill(1, at * longest, at * longest + row.length);
  }
  return { ids: new Tensor('int32', ids, shape), mask: floatTensor(mask, shape) };
};
