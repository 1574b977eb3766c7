import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fileMistake } from '../../cli/file-mistake.ts';
import { signalbox } from './run-signalbox.ts';

const thrownBy = (act: () => void): unknown => {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
};

const aFile = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'a file');
  writeFileSync(file, '');
  return file;
};

test('what the system says of a place is a sentence that names it and says what to do', () => {
  const file = aFile();
  const through = thrownBy(() => writeFileSync(join(file, 'inside'), ''));
  expect(fileMistake(through)?.message).toBe(
    `${join(file, 'inside')} goes through a file as if it were a folder; check the path.`,
  );
  const refused = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES', path: '/srv/x' });
  expect(fileMistake(refused)?.message).toMatch(/^There is no permission to read or write \/srv\/x; .*choose another place\.$/);
  expect(fileMistake(thrownBy(() => mkdirSync(file)))?.message).toContain('is there already');
});

test('a defect stays one', () => {
  expect(fileMistake(new TypeError('x is undefined'))).toBeUndefined();
  expect(fileMistake(Object.assign(new Error('no file'), { code: 'ENOENT', path: '/srv/x' }))).toBeUndefined();
  expect(fileMistake(Object.assign(new Error('no peer'), { code: 'EPERM' }))).toBeUndefined();
});

test('a state folder that is a file is told without a stack trace, before anything is synthesized', async () => {
  const file = aFile();
  const { code, stdout, stderr } = await signalbox(['start', '--once', '--weeks', '1', '--state', file]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^signalbox: .*a file.*\.\n$/);
});

test('a page that cannot be written is said before minutes go into it', async () => {
  const file = aFile();
  const inAFile = await signalbox(['start', '--once', '--weeks', '1', '--html', join(file, 'page.html')]);
  expect(inAFile).toMatchObject({ code: 1, stdout: '' });
  expect(inAFile.stderr).toMatch(/^signalbox: The page cannot be written to .*\n$/);
  const aFolder = await signalbox(['start', '--once', '--weeks', '1', '--html', tmpdir()]);
  expect(aFolder).toMatchObject({
    code: 1,
    stdout: '',
    stderr: `signalbox: ${tmpdir()} is a folder; name a file for the page.\n`,
  });
});
