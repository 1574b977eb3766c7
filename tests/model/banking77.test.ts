import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import type { TrainingExample } from '../../model/examples.ts';
import { accuracyOf } from '../../model/evaluate/accuracy.ts';
import { expectedCalibrationError } from '../../model/evaluate/calibration.ts';
import { openRouting, predictRouting } from '../../model/routing-model.ts';
import { trainRouting } from '../../model/routing-training.ts';

// Casanueva et al. 2020, "Efficient Intent Detection with Dual Sentence Encoders", CC BY 4.0; official split.
const FOLDER = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'banking77');
const FIRST_TIME_MS = Date.UTC(2026, 0, 1);

const read = (name: string): readonly TrainingExample[] => {
  const rows: readonly { readonly text: string; readonly category: string }[] = parse(
    gunzipSync(readFileSync(join(FOLDER, name))),
    {
      columns: true,
    },
  );
  return rows.map(({ text, category }, index) => ({
    ticketId: `${name}-${String(index).padStart(6, '0')}`,
    time: new Date(FIRST_TIME_MS + index * 60_000).toISOString(),
    text,
    labels: { category },
  }));
};

describe.skipIf(!existsSync(FOLDER))('on Banking77', () => {
  test('accuracy, calibration, coverage and speed stay above their floors', { timeout: 120_000 }, async () => {
    const started = performance.now();
    const artifact = await trainRouting({ version: '1', seed: 7, examples: read('train.csv.gz'), validation: [] });
    expect(performance.now() - started).toBeLessThan(60_000); // 10 s alone; shared cores take longer
    expect(artifact.manifest.files.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(5_000_000);

    const model = openRouting(artifact);
    const { labels } = artifact.manifest.heads['category']!;
    const tests = read('test.csv.gz');
    const outcomes = predictRouting(
      model,
      tests.map(({ ticketId, text }) => ({ id: ticketId, text })),
    ).map((prediction, index) => {
      const head = 'heads' in prediction ? prediction.heads['category'] : undefined;
      return {
        label: labels.indexOf(head?.label ?? ''),
        actual: labels.indexOf(tests[index]!.labels['category']!),
        probability: head?.probability ?? 0,
        automated: head !== undefined && head.probability >= head.threshold,
      };
    });
    expect(accuracyOf(outcomes)).toBeGreaterThan(0.9);
    expect(expectedCalibrationError(outcomes)).toBeLessThan(0.04);
    const automated = outcomes.filter((outcome) => outcome.automated);
    expect(accuracyOf(automated)).toBeGreaterThan(0.88);
    expect(automated.length / outcomes.length).toBeGreaterThan(0.9);

    const batch = tests.slice(0, 10).map(({ ticketId, text }) => ({ id: ticketId, text }));
    const batches = 50;
    const scoring = performance.now();
    for (let round = 0; round < batches; round++) predictRouting(model, batch);
    const perSecond = (batches * batch.length * 1_000) / (performance.now() - scoring);
    expect(perSecond).toBeGreaterThan(500); // 2,600 alone; shared cores take longer
  });
});
