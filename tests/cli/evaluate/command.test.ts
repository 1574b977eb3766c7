import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeArtifact } from '../../../model/artifact.ts';
import type { Artifact } from '../../../model/artifact.ts';
import { temporaryFolder } from '../../support/model-folders.ts';
import { clearRows, trainedModel, writeRows } from './model-and-tickets.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', '..', 'cli', 'signalbox.ts');

interface Ended {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const evaluate = (...args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, 'evaluate', ...args], (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    );
  });

describe('signalbox evaluate', () => {
  let artifact: Artifact;
  beforeAll(async () => {
    artifact = await trainedModel();
  });
  const files = (): { readonly model: string; readonly data: string } => {
    const model = temporaryFolder();
    writeArtifact(model, artifact);
    return { model, data: writeRows([...clearRows(40), { text: 'my invoice', team: 'legal' }]) };
  };

  test('prints one JSON object on stdout, and what a person should know on stderr', async () => {
    const { model, data } = files();
    const { code, stdout, stderr } = await evaluate(
      '--model',
      model,
      '--data',
      data,
      '--text',
      'message',
      '--label',
      'team',
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ heads: { team: { n: 41, accuracy: 40 / 41 } }, outOfScope: null });
    expect(stderr).toMatch(/1 ticket with labels of team that the model does not know \("legal"\) count as errors/u);
  });

  test('prints words for a person', async () => {
    const { model, data } = files();
    const { code, stdout } = await evaluate('--model', model, '--data', data, '--text', 'message', '--label', 'team=team');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^team\n {2}right label +97\.6 % of 41 tickets/u);
  });

  test('ends with 1 where the files are wrong, with 2 where the command is, and prints nothing on stdout', async () => {
    const { model, data } = files();
    const noModel = await evaluate('--model', temporaryFolder(), '--data', data, '--text', 'message', '--label', 'team');
    expect(noModel).toMatchObject({ code: 1, stdout: '' });
    expect(noModel.stderr).toMatch(/^signalbox: .* holds no model/u);
    const both = ['--out-of-scope', data, '--out-of-scope-label', 'legal'];
    const wrong = await evaluate('--model', model, '--data', data, '--text', 'message', '--label', 'team', ...both);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toMatch(/not both/u);
    expect(await evaluate('--model', model)).toMatchObject({ code: 2, stdout: '' });
  });
});
