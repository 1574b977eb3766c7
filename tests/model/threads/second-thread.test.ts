import { afterEach, describe, expect, test } from 'vitest';
import { stabilityOf } from '../../../model/cluster/stability.ts';
import { thinGraph } from '../../../model/graph/thin-graph.ts';
import { trainNetworks } from '../../../model/network/train-networks.ts';
import { startSecondThread, ThreadError } from '../../../model/threads/second-thread.ts';
import type { SecondThread } from '../../../model/threads/second-thread.ts';
import { randomFloats } from '../../support/random-vectors.ts';

const [ROWS, INPUTS, CLASSES] = [60, 8, 3];
const training = (seed: number) => ({
  data: {
    rows: randomFloats(ROWS * INPUTS, 1),
    inputs: INPUTS,
    targets: Float32Array.from({ length: ROWS * CLASSES }, (_, at) =>
      Math.floor(at / CLASSES) % CLASSES === at % CLASSES ? 1 : 0,
    ),
    classes: CLASSES,
  },
  size: { hidden: [4, 8], learningRate: 1e-3, seed } as const,
  count: 1,
});
const trainHere = (seed: number) => {
  const { data, size, count } = training(seed);
  return trainNetworks(data, size, count);
};

describe('a second thread', () => {
  let thread: SecondThread;
  afterEach(() => thread.close());

  test('trains the same networks as this one, bit for bit, in the order in which it is asked', async () => {
    thread = startSecondThread(1);
    const order: number[] = [];
    const trained = await Promise.all(
      [1, 2].map(async (seed) => {
        const network = await thread.ask('trainNetworks', () => training(seed));
        order.push(seed);
        return network;
      }),
    );
    expect(order).toEqual([1, 2]);
    expect(trained).toEqual([await trainHere(1), await trainHere(2)]);
  });

  test('measures the same stability of communities', async () => {
    thread = startSecondThread(1);
    // A ring of 60 nodes, each joined with the two on either side.
    const offsets = Int32Array.from({ length: 61 }, (_, node) => 4 * node);
    const indices = Int32Array.from({ length: 240 }, (_, edge) => (Math.floor(edge / 4) + [58, 59, 1, 2][edge % 4]!) % 60);
    const ring = { count: 60, offsets, indices, values: new Float32Array(240).fill(1) };
    const disturbed = () => ({ graphs: [1, 2, 3].map((seed) => thinGraph(ring, 0.6, seed)), resolution: 1.5, seed: 1 });
    const here = stabilityOf(disturbed());
    expect(here).toBeGreaterThan(0.1);
    expect(here).toBeLessThan(1);
    expect(await thread.ask('stabilityOf', disturbed)).toBe(here);
  });

  test('takes arrays over, and those of what has to wait are not made before their turn', async () => {
    thread = startSecondThread(1);
    const made = [training(1), training(2)] as const;
    let turns = 0;
    const asked = made.map((each) =>
      thread.ask('trainNetworks', () => {
        turns++;
        return each;
      }),
    );
    expect([turns, made[0].data.rows.length, made[1].data.rows.length]).toEqual([1, 0, ROWS * INPUTS]);
    await Promise.all(asked);
    expect([turns, made[1].data.rows.length]).toEqual([2, 0]);
  });

  test('says what failed there, and goes on', async () => {
    thread = startSecondThread(Infinity);
    const manifest = { pooling: 'graph', dimension: 1, hidden: [] } as const;
    const failed = thread.ask('openGraph', () => ({ path: '/nowhere/encoder.onnx', manifest }));
    await expect(failed).rejects.toThrow(ThreadError);
    await expect(failed).rejects.toThrow(/nowhere/u);
    expect(await thread.ask('trainNetworks', () => training(1))).toEqual(await trainHere(1));
  });

  test('when it is closed answers no more, and starts again when it is asked again', async () => {
    thread = startSecondThread(Infinity);
    const unanswered = thread.ask('trainNetworks', () => training(1));
    const [answer] = await Promise.allSettled([unanswered, thread.close()]);
    expect(answer).toMatchObject({ status: 'rejected', reason: new ThreadError('The second thread was closed.') });
    expect(await thread.ask('trainNetworks', () => training(2))).toEqual(await trainHere(2));
  });
});
