import { watch } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CommanderError } from 'commander';
import { addTrainCommand } from '../../../cli/train/command.ts';
import { UserError } from '../../../cli/user-error.ts';
import { readArtifact } from '../../../model/artifact.ts';
import { smallCompanyLines } from '../../support/small-company.ts';
import { fileOf } from '../table/table-file.ts';
import { SAMPLE, refusal, signalbox, startSignalbox, temporaryFolder } from '../run-signalbox.ts';

const TEAM = ['--label', 'team=labels.team', '--json'] as const;

/** The first sample tickets to train on, and the others to measure with. */
const splitSample = async (count: number): Promise<{ readonly training: string; readonly validation: string }> => ({
  training: await fileOf('training.jsonl', smallCompanyLines.slice(0, count).join('\n')),
  validation: await fileOf('validation.jsonl', smallCompanyLines.slice(count).join('\n')),
});

describe('signalbox train', () => {
  test('trains several heads, prints one JSON object, and the same again gives the same model', async () => {
    const folder = await temporaryFolder();
    const { training, validation } = await splitSample(120);
    const columns = ['--text', 'subject,body', '--time', 'time', '--id', 'id'];
    const train = (out: string) =>
      signalbox([
        'train',
        '--data',
        training,
        '--validation',
        validation,
        ...columns,
        '--label',
        'team=labels.team,priority=labels.priority',
        '--out',
        out,
        '--json',
      ]);
    const { code, stdout, stderr, left } = await train(join(folder, 'model'));
    expect({ code, stderr, left }).toEqual({ code: 0, stderr: '', left: [] });
    const summary = JSON.parse(stdout) as Record<string, Record<string, Record<string, number>>>;
    expect(summary).toMatchObject({
      read: { rows: 120, tickets: 120, emptyTexts: 0, unlabelled: { team: 0, priority: 0 } },
      validationRead: { tickets: smallCompanyLines.length - 120 },
      seed: 1,
      heads: { team: { labels: 11, split: 'validation' }, priority: { split: 'validation' } },
    });
    expect(summary['heads']?.['team']?.['accuracy']).toBeGreaterThan(0.4);
    const { manifest } = readArtifact(join(folder, 'model'), 'routing');
    expect(manifest.createdFrom).toMatchObject({ count: 120, from: expect.stringMatching(/^20[2-9]/) });
    expect(Object.keys(manifest.heads)).toEqual(['priority', 'team']);
    const again = JSON.parse((await train(join(folder, 'again'))).stdout) as typeof summary;
    expect(again['artifact']).toEqual(summary['artifact']);
    expect(await readdir(folder)).toEqual(['again', 'model']);
  });

  test('tickets without a label of a head are counted, and serve the other heads', async () => {
    const rows = Array.from({ length: 24 }, (_, i) =>
      i % 2 === 0
        ? `where is my parcel ${i},shipping,${i % 4 === 0 ? 'late' : ''}`
        : `the invoice ${i} is wrong,billing,${i % 3 === 0 ? 'amount' : ''}`,
    );
    const file = await fileOf('tickets.csv', `text,team,reason\n${rows.join('\n')}\n`);
    const out = join(await temporaryFolder(), 'model');
    const { stdout } = await signalbox([
      'train',
      '--data',
      file,
      '--text',
      'text',
      '--label',
      'team,reason',
      '--out',
      out,
      '--json',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      read: { tickets: 24, unlabelled: { team: 0, reason: 14 } },
      heads: { team: { split: 'cross-validation', count: 24 }, reason: { split: 'cross-validation', count: 10 } },
    });
  });

  test('measures each language where a column says it, and says in the model card that the window is not known without times', async () => {
    const rows = Array.from({ length: 40 }, (_, i) =>
      i % 2 === 0 ? `where is my parcel ${i},shipping,en` : `die rechnung ${i} ist falsch,billing,${i % 4 === 1 ? 'de' : ''}`,
    );
    const file = await fileOf('tickets.csv', `text,team,lang\n${rows.join('\n')}\n`);
    const out = join(await temporaryFolder(), 'model');
    await signalbox(['train', '--data', file, '--text', 'text', '--label', 'team', '--language', 'lang', '--out', out]);
    const card = await readFile(join(out, 'MODEL.md'), 'utf8');
    expect(card).toMatch(/### Languages\n\n.*\n.*\n\| de \| 10 \| .*\n\| en \| 20 \| .*\n\| cannot be told \| 10 \| /);
    expect(card).toContain('| Window | not known: the tickets have no times |');
    expect(card).not.toContain('1970');
  });

  test('says on stderr what was left out and joined, and on stdout how good the model is', async () => {
    const rows = Array.from({ length: 40 }, (_, i) =>
      i % 2 === 0
        ? `where is my parcel number ${i},${i % 4 === 0 ? 'Shipping' : 'shipping '}`
        : `the invoice ${i} is wrong,billing`,
    );
    const file = await fileOf('tickets.csv', `text,team\n${rows.join('\n')}\n,billing\nrare words,once\n`);
    const out = join(await temporaryFolder(), 'a', 'model');
    const { code, stdout, stderr } = await signalbox([
      'train',
      '--data',
      file,
      '--text',
      'text',
      '--label',
      'team',
      '--out',
      out,
    ]);
    expect(code).toBe(0);
    expect(stderr).toContain('note: 1 row without text left out.');
    expect(stderr).toMatch(/note: Labels of team that differ only by case or blanks were joined: .*hipping/);
    expect(stdout).toMatch(/Trained on 41 tickets/);
    expect(stdout).toMatch(/^ {2}team +2 +100\.0 %/m);
    expect(stdout).toContain('team: 1 label left out for too few tickets: "once"');
  });

  test('Ctrl-C leaves an earlier model as it was, and nothing of the new one', async () => {
    const folder = await temporaryFolder();
    const out = join(folder, 'model');
    const { training } = await splitSample(30);
    await signalbox(['train', '--data', training, '--text', 'subject,body', ...TEAM, '--out', out]);
    const before = await readFile(join(out, 'manifest.json'), 'utf8');
    const begun = new Promise<void>((seen) => {
      const watcher = watch(folder, (_event, name) => {
        if (name?.startsWith('.model-') === true) seen();
      });
      onTestFinished(() => watcher.close());
    });
    const { interrupt, ended } = await startSignalbox(['train', ...SAMPLE, ...TEAM, '--seed', '2', '--force', '--out', out]);
    await begun;
    interrupt();
    expect(await ended).toEqual({ code: 130, stdout: '', stderr: '', left: [] });
    expect(await readdir(folder)).toEqual(['model']);
    expect(await readFile(join(out, 'manifest.json'), 'utf8')).toBe(before);
  });

  test.for([
    [['train'], CommanderError, /required option '--data <file>' not specified/],
    [['train', ...SAMPLE, '--label', 'team=', '--out', 'x'], CommanderError, /Write HEAD=COLUMN/],
    [['train', ...SAMPLE, '--label', 'team,team=b', '--out', 'x'], CommanderError, /head "team" is named twice/],
    [['train', ...SAMPLE, '--label', 'team', '--out', 'x', '--seed', '-1'], CommanderError, /A seed is a whole number/],
    [
      ['train', ...SAMPLE, '--label', 'team', '--out', '/nowhere/x'],
      UserError,
      /^.* has no column "team"; it has .*labels\.team/,
    ],
    [['train', ...SAMPLE, '--label', 'channel=requester', '--out', '/proc/x'], UserError, /^\/proc\/x cannot be written/],
  ] as const)('%j is a mistake that is told', async ([args, kind, message]) => {
    const { error, said } = await refusal(addTrainCommand, args);
    expect(error).toBeInstanceOf(kind);
    expect(said).toMatch(message);
  });

  test('data that gives no model is refused in a sentence, and leaves no folder', async () => {
    const file = await fileOf('one.csv', 'text,team\nhello there,a\nhello again,a\n');
    const folder = await temporaryFolder();
    const { code, stderr } = await signalbox([
      'train',
      '--data',
      file,
      '--text',
      'text',
      '--label',
      'team',
      '--out',
      join(folder, 'model'),
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^signalbox: Head "team" has only the label "a".*\n$/);
    expect(await readdir(folder)).toEqual([]);
  });
});
