import { describe, expect, test } from 'vitest';
import { measureRouting } from '../../../bench/quality/measure-routing.ts';
import { QUALITY_SETS } from '../../../bench/quality/quality-sets.ts';
import { qualityLines, summarizeQuality } from '../../../bench/quality/summarize-quality.ts';
import { trainingExamples } from '../../support/training-examples.ts';

const labelled = (count: number, seed: number): { readonly text: string; readonly label: string }[] =>
  trainingExamples(count, seed).map(({ text, labels }) => ({ text, label: labels['team']! }));

const split = {
  train: labelled(80, 1),
  unlabelled: labelled(40, 3).map(({ text }) => text),
  validation: [],
  judged: [...labelled(60, 2), { text: 'my invoice was billed twice', label: 'a label that is new' }],
  outOfScope: ['xyzzy qwfpg zxcvb', '☂☂☂', 'what is the weather like in spring'],
};

describe('measuring a split', () => {
  test('trains, judges, and counts a label without training texts as an error', async () => {
    const run = await measureRouting(split, 3, () => {});
    expect(run).toMatchObject({ seed: 3, trained: 80, n: 61 });
    expect(run.accuracy).toBeGreaterThan(0.9);
    expect(run.accuracy).toBeLessThan(1);
    expect(run.outOfScope!.n).toBe(3);
    expect(run.outOfScope!.auroc).toBeGreaterThan(0.9);
    expect(run.outOfScope!.curve[0]).toMatchObject({ inScopeAccuracy: 0.9 });
    const summary = summarizeQuality(
      QUALITY_SETS.find(({ name }) => name === 'clinc150')!,
      [run, { ...run, accuracy: 0.5 }],
    );
    expect(summary.goals[0]).toMatchObject({ number: 'accuracy', lowest: 0.5, highest: run.accuracy });
    expect(summary.goals[0]!.mean).toBeCloseTo((run.accuracy + 0.5) / 2, 12);
    expect(qualityLines('clinc150', summary, 2)[0]).toMatch(/clinc150 +accuracy .* floor 95\.6 .*BELOW THE FLOOR/u);
  });

  test('says nothing of out of scope where there are no such texts', async () => {
    const run = await measureRouting({ ...split, outOfScope: [] }, 1, () => {});
    expect(run.outOfScope).toBeUndefined();
    const { goals } = summarizeQuality(
      QUALITY_SETS.find(({ name }) => name === 'clinc150')!,
      [run],
    );
    expect(goals[1]).toMatchObject({ number: 'auroc', mean: undefined });
  });
});
