import { expect, test } from 'vitest';
import { trainWide, trainWideHere } from '../../../model/cluster/self-training.ts';
import { seededRandom } from '../../../model/random.ts';

const [ROWS, DIMENSION, GROUPS] = [2_000, 8, 8];

/** Around the axes, of unit length. */
const groupedRows = (): Float32Array => {
  const random = seededRandom(1);
  const rows = new Float32Array(ROWS * DIMENSION);
  for (let row = 0; row < ROWS; row++) {
    const values = Array.from({ length: DIMENSION }, (_, at) => (row % GROUPS === at ? 1 : 0) + 0.4 * (random() - 0.5));
    rows.set(
      values.map((value) => value / Math.hypot(...values)),
      row * DIMENSION,
    );
  }
  return rows;
};

test('a wide view of many rows is trained with the same bits on a second thread, and keeps its rows', async () => {
  const rows = groupedRows();
  const training = { rows, dimension: DIMENSION, wanted: GROUPS, seed: 1 };
  const neighbours = await trainWide(training);
  expect(rows).toEqual(groupedRows());
  expect(neighbours).toEqual(await trainWideHere(training));
});
