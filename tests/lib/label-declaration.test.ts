import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { expect, onTestFinished, test } from 'vitest';
import { labelDeclaration } from '../../lib/label-declaration.ts';

const declared = (text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-labels-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'labels.json');
  writeFileSync(file, text);
  return file;
};

const read = (labels: string): string | undefined => labelDeclaration(new App({ context: { labels } }));

test('a declaration of labels is deployed as it stands', () => {
  const text = '{"heads":{"team":{"renamed":{"repairs":"workshop"}}}}';
  expect(read(declared(text))).toBe(text);
});

test('one that contradicts itself ends the synthesis with a sentence', () => {
  expect(() => read(declared('{"heads":{"team":{"renamed":{"a":"b","b":"a"}}}}'))).toThrow(/labels\.json goes in a circle/);
});

test('one that is not there is told where it was asked for', () => {
  expect(() => read('/nowhere/labels.json')).toThrow('There is no file /nowhere/labels.json that could declare labels');
});
