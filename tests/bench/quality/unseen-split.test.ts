import { describe, expect, test } from 'vitest';
import { SEEN_LABELS, splitUnseen } from '../../../bench/quality/unseen-split.ts';
import type { LabelledText } from '../../../bench/quality/labelled-text.ts';

const ALL_LABELS = Array.from({ length: 77 }, (_, at) => `intent ${at}`);
const textsOfPart = (part: string, each: number): readonly LabelledText[] =>
  ALL_LABELS.flatMap((label) => Array.from({ length: each }, (_, at) => ({ text: `${part} ${label} ${at}`, label })));

const training = textsOfPart('training', 12);
const testTexts = textsOfPart('test', 4);
const labelsOf = (texts: readonly LabelledText[]): ReadonlySet<string> => new Set(texts.map(({ label }) => label));

describe('unseen intents', () => {
  test('no label that routing is trained on is among the clustered ones, and together they are all', () => {
    const { train, clustered } = splitUnseen(training, () => testTexts, 'test', 1);
    expect(labelsOf(train).size).toBe(SEEN_LABELS);
    expect(labelsOf(clustered).size).toBe(ALL_LABELS.length - SEEN_LABELS);
    expect([...labelsOf(train)].filter((label) => labelsOf(clustered).has(label))).toEqual([]);
  });

  test('routing is trained on training texts only, and all test texts of the other labels are clustered', () => {
    const { train, clustered } = splitUnseen(training, () => testTexts, 'test', 1);
    expect(train.every(({ text }) => text.startsWith('training'))).toBe(true);
    expect(clustered.every(({ text }) => text.startsWith('test'))).toBe(true);
    expect(clustered).toHaveLength(37 * 4);
  });

  test('in validation a third of the training texts of the other labels is clustered, and no test text is read', () => {
    const { train, clustered } = splitUnseen(
      training,
      () => {
        throw new Error('The test texts were read.');
      },
      'validation',
      1,
    );
    expect(clustered).toHaveLength(37 * 4);
    expect(clustered.every(({ text }) => text.startsWith('training'))).toBe(true);
    expect([...labelsOf(train)].filter((label) => labelsOf(clustered).has(label))).toEqual([]);
  });

  test('the same seed sees the same labels in both modes, another seed others', () => {
    const seenBy = (mode: 'validation' | 'test', seed: number): readonly string[] =>
      [...labelsOf(splitUnseen(training, () => testTexts, mode, seed).train)].sort();
    expect(seenBy('validation', 1)).toEqual(seenBy('test', 1));
    expect(seenBy('test', 2)).not.toEqual(seenBy('test', 1));
  });
});
