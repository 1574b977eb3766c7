import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import type { TrainingExample } from '../../model/examples.ts';
import { evaluateHead } from '../../model/evaluate/evaluate-head.ts';
import { openRouting } from '../../model/routing-model.ts';
import { trainRouting } from '../../model/routing-training.ts';
import { scoreTexts } from '../../model/score-texts.ts';
import { defaultEncoder } from '../support/trained-routing.ts';

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
  test('accuracy, calibration, coverage and size stay above their floors', { timeout: 900_000 }, async () => {
    const encoder = await defaultEncoder();
    const artifact = await trainRouting({ version: '1', seed: 7, examples: read('train.csv.gz'), validation: [] }, encoder);
    expect(artifact.manifest.files.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(40_000_000);

    const model = await openRouting(artifact, encoder);
    const { labels, thresholdAt95 } = artifact.manifest.heads['category']!;
    const tests = read('test.csv.gz');
    const { probabilities } = (
      await scoreTexts(
        model,
        tests.map(({ text }) => text),
      )
    ).get('category')!;
    const { accuracy, ece, coverageAt95, accuracyAt95 } = evaluateHead({
      labels,
      probabilities,
      actual: tests.map((each) => each.labels['category']!),
      thresholdAt95,
    });
    expect(accuracy).toBeGreaterThan(0.925);
    expect(ece).toBeLessThan(0.02);
    expect(coverageAt95).toBeGreaterThan(0.9);
    expect(accuracyAt95).toBeGreaterThan(0.94);
  });
});
