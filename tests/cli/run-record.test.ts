import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openRunRecord } from '../../cli/start/run-record.ts';
import { UserError } from '../../cli/user-error.ts';

const folderOf = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-record-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const SAMPLE = { sampleWeeks: 4 };
const file = { file: 'tickets.csv', textColumns: ['body'], labelColumn: 'team' };

test('a later run finds what was done, and shifts the tickets as the first one did', () => {
  const folder = folderOf();
  const first = openRunRecord(folder, SAMPLE, 1_000);
  expect(first.continues).toBe(false);
  first.done({});
  first.done({ imported: true });
  const second = openRunRecord(folder, SAMPLE, 2_000);
  expect(second.continues).toBe(true);
  expect(second.at).toMatchObject({ startedMs: 1_000, imported: true, trained: false });
});

test('without a folder nothing is kept', () => {
  const record = openRunRecord(undefined, file, 1_000);
  record.done({ imported: true });
  expect(record.at.imported).toBe(true);
  expect(openRunRecord(undefined, file, 2_000)).toMatchObject({ continues: false, at: { imported: false, startedMs: 2_000 } });
});

test('a folder that was begun with other tickets is refused in a sentence', () => {
  const folder = folderOf();
  openRunRecord(folder, SAMPLE, 1_000).done({});
  expect(() => openRunRecord(folder, file, 2_000)).toThrow(UserError);
  expect(() => openRunRecord(folder, file, 2_000)).toThrow(
    /was begun with the sample tickets of 4 weeks; choose another folder for .*tickets\.csv/,
  );
});

test('a damaged record is refused in a sentence', () => {
  const folder = folderOf();
  writeFileSync(join(folder, 'start.json'), '{"tickets":');
  expect(() => openRunRecord(folder, SAMPLE, 1_000)).toThrow(/start\.json is damaged, or of another version/);
});
