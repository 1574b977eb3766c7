import { Graph, int } from '../onnx/graph.ts';
import { floatTensor, floatsOf, openSession } from '../onnx/session.ts';
import type { OnnxSession } from '../onnx/session.ts';

/** Row by row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** Which of the two is read as its transpose. */
export type Transposed = 'none' | 'left' | 'right';

const sessions = new Map<Transposed, Promise<OnnxSession>>();

/**
 * The product of two matrices in float32 on one thread, by the ONNX runtime (over ten times as fast as loops in JavaScript).
 * @throws RangeError where the sizes do not fit
 */
export const multiply = async (left: Matrix, right: Matrix, transposed: Transposed = 'none'): Promise<Matrix> => {
  const rows = transposed === 'left' ? left.columns : left.rows;
  const inner = transposed === 'left' ? left.rows : left.columns;
  const columns = transposed === 'right' ? right.rows : right.columns;
  if (inner !== (transposed === 'right' ? right.columns : right.rows))
    throw new RangeError(
      `${left.rows} × ${left.columns} and ${right.rows} × ${right.columns} (transposed: ${transposed}) do not fit.`,
    );
  if (rows === 0 || columns === 0 || inner === 0) return { rows, columns, values: new Float32Array(rows * columns) };
  const session = await sessionFor(transposed);
  const results = await session.run({
    left: floatTensor(left.values, [left.rows, left.columns]),
    right: floatTensor(right.values, [right.rows, right.columns]),
  });
  return { rows, columns, values: floatsOf(results, 'product') };
};

const sessionFor = (transposed: Transposed): Promise<OnnxSession> => {
  const opened = sessions.get(transposed) ?? openSession(writeProduct(transposed), { threads: 1 });
  sessions.set(transposed, opened);
  return opened;
};

const writeProduct = (transposed: Transposed): Uint8Array => {
  const graph = new Graph();
  const left = graph.input('left', 'float32', ['a', 'b']);
  const right = graph.input('right', 'float32', ['c', 'd']);
  const product = graph.apply('Gemm', [left, right], {
    transA: int(transposed === 'left' ? 1 : 0),
    transB: int(transposed === 'right' ? 1 : 0),
  });
  graph.output('product', product, 'float32', ['rows', 'columns']);
  return graph.encode();
};
