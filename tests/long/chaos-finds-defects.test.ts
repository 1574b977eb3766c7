import { expect, test } from 'vitest';
import { runSeeds } from '../chaos/run-seeds.ts';
import type { ChaosReport } from '../chaos/chaos-run.ts';

const run = async (seeds: readonly number[], plant?: string): Promise<readonly ChaosReport[]> =>
  (await runSeeds({ seeds, workers: 1, plant, onReport: () => undefined })).reports;

const all = (reports: readonly ChaosReport[], of: 'lost' | 'doubled' | 'wrong'): readonly string[] =>
  reports.flatMap((report) => report[of]);

test('the chaos suite finds nothing where there is nothing', async () => {
  const reports = await run([1, 2]);
  expect(reports.map(({ lost, doubled, wrong }) => ({ lost, doubled, wrong }))).toEqual([
    { lost: [], doubled: [], wrong: [] },
    { lost: [], doubled: [], wrong: [] },
  ]);
}, 300_000);

test('the chaos suite finds decisions that are never published, though the reconcile would hide them', async () => {
  const reports = await run([8], 'publish-dropped');
  expect(all(reports, 'lost')).toContainEqual(expect.stringMatching(/is stored and was never published/));
  expect(all(reports, 'wrong')).toContainEqual(
    expect.stringMatching(/^0 events were missing in the log, and \d+ were published again/),
  );
}, 300_000);

test('the chaos suite finds decisions that are published otherwise than they are stored', async () => {
  const reports = await run([5, 7, 8], 'recomputed-published');
  expect(all(reports, 'doubled')).toContainEqual(expect.stringMatching(/was published (with two contents|as something else)/));
}, 300_000);
