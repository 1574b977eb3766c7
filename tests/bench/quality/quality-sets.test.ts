import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { QUALITY_SETS } from '../../../bench/quality/quality-sets.ts';
import type { Mode } from '../../../bench/quality/quality-sets.ts';
import { temporaryFolder } from '../../support/model-folders.ts';

const LABELS = ['a', 'b', 'c'];

/** A data set's file whose texts name the split that they are of. */
const writePart = (folder: string, file: string, labelColumn: string): void => {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  const part = /([^/]+)\.csv\.gz$/u.exec(file)![1]!;
  const rows = LABELS.flatMap((label) => Array.from({ length: 24 }, (_, index) => `${part} ${label} ${index},${label}`));
  writeFileSync(path, gzipSync([`text,${labelColumn}`, ...rows].join('\n')));
};

const writeHint3 = (folder: string): void => {
  const rows = ['train', 'test'].flatMap((split) =>
    ['curekart', 'sofmattress'].flatMap((bot) =>
      [...LABELS, 'NO_NODES_DETECTED']
        .filter((label) => split === 'test' || label !== 'NO_NODES_DETECTED')
        .flatMap((label) => Array.from({ length: 12 }, (_, i) => `v1,${bot},${split},${split} ${bot} ${label} ${i},${label}`)),
    ),
  );
  mkdirSync(join(folder, 'hint3_support_bots'), { recursive: true });
  const content = ['version,bot,split,sentence,label', ...rows, 'v2,curekart,train,train of another version,a'].join('\n');
  writeFileSync(join(folder, 'hint3_support_bots', 'hint3.csv.gz'), gzipSync(content));
};

/** Only the files that the mode says it reads: another would be missed. */
const folderOf = (mode: Mode): string => {
  const folder = temporaryFolder();
  for (const { files } of QUALITY_SETS)
    for (const file of files[mode]) writePart(folder, file, file.startsWith('banking77') ? 'category' : 'label');
  writeHint3(folder);
  return folder;
};

const sets = QUALITY_SETS.map((set) => [set.name, set] as const);

describe('the splits of the quality benchmark', () => {
  test.each(sets)('%s is tuned on training texts only, none of them on both sides', (_, set) => {
    const { train, judged, unlabelled, validation } = set.split(folderOf('validation'), 'validation', 1);
    const seen = new Set([...train, ...validation].map(({ text }) => text).concat(unlabelled));
    expect(judged.length).toBeGreaterThan(0);
    expect(judged.filter(({ text }) => seen.has(text))).toEqual([]);
    expect([...seen, ...judged.map(({ text }) => text)].filter((text) => !text.startsWith('train '))).toEqual([]);
    expect(set.files.validation.filter((file) => /test/u.test(file))).toEqual([]);
  });

  test.each(sets)('%s is tested on all of the test split, with nothing of it in training', (_, set) => {
    const { train, judged, unlabelled, validation, outOfScope } = set.split(folderOf('test'), 'test', 1);
    expect(judged.every(({ text }) => text.startsWith('test '))).toBe(true);
    expect(judged).toHaveLength(LABELS.length * (set.name.startsWith('hint3') ? 12 : 24));
    for (const text of [...train, ...validation].map((each) => each.text).concat(unlabelled))
      expect(text).toMatch(/^(?:train|val) /u);
    expect(outOfScope.filter((text) => /^(?:train|val) /u.test(text))).toEqual([]);
  });

  test.each(sets.filter(([name]) => name.endsWith('10shot')))('%s has ten texts a label, and the others without', (_, set) => {
    const folder = folderOf('test');
    const { train, unlabelled } = set.split(folder, 'test', 1);
    for (const label of LABELS) expect(train.filter((each) => each.label === label)).toHaveLength(10);
    expect(train.length + unlabelled.length).toBe(LABELS.length * 24);
    expect(set.split(folder, 'test', 1).train).toEqual(train);
    expect(set.split(folder, 'test', 2).train).not.toEqual(train);
  });

  test('out-of-scope texts of CLINC150 are other ones for tuning than for the test', () => {
    const clinc = QUALITY_SETS.find(({ name }) => name === 'clinc150')!;
    const tuned = clinc.split(folderOf('validation'), 'validation', 1).outOfScope;
    expect(tuned.every((text) => /^oos_(?:train|val) /u.test(text))).toBe(true);
    expect(clinc.split(folderOf('test'), 'test', 1).outOfScope.every((text) => text.startsWith('oos_test '))).toBe(true);
  });
});
