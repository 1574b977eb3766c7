import { Tensor } from 'onnxruntime-node';
import { floatsOf, floatTensor } from '../onnx/session.ts';
import type { OnnxSession } from '../onnx/session.ts';
import type { TextGraph } from './text-graph.ts';

/** A graph of our own, which takes `ids` and `mask` and answers `embedding` and `hidden` as they are needed. */
export const pooledGraph = (session: OnnxSession): TextGraph => ({
  run: async (rows) => {
    const results = await session.run(feedsOf(rows));
    return { embedding: floatsOf(results, 'embedding'), hidden: floatsOf(results, 'hidden') };
  },
  release: () => session.release(),
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
