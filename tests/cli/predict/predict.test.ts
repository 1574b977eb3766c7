import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, afterAll, describe, expect, test } from 'vitest';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { CommanderError } from 'commander';
import { addPredictCommand } from '../../../cli/predict/command.ts';
import type { PredictedHead } from '../../../cli/predict/prediction.ts';
import { UsageError, UserError } from '../../../cli/user-error.ts';
import { ModelError } from '../../../model/errors.ts';
import { trainFolder } from '../../../model/train.ts';
import { writeTrainingChannel } from '../../../cli/train/training-channel.ts';
import { readTickets } from '../../../cli/table/read-tickets.ts';
import type { Tickets } from '../../../cli/table/read-tickets.ts';
import { defaultEncoder } from '../../support/trained-routing.ts';
import { smallCompanyFile, smallCompanyLines } from '../../support/small-company.ts';
import { refusal, signalbox, temporaryFolder } from '../run-signalbox.ts';
import { fileOf } from '../table/table-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'signalbox-predict-'));
const model = join(folder, 'model');

beforeAll(async () => {
  const columns = { text: ['subject', 'body'], labels: { team: 'labels.team', priority: 'labels.priority' } };
  const read = async (name: string, some: readonly string[]): Promise<Tickets> => {
    writeFileSync(join(folder, name), some.join('\n'));
    return readTickets(join(folder, name), columns);
  };
  const [tickets, validation] = [
    await read('tickets.jsonl', smallCompanyLines.slice(0, 300)),
    await read('newer.jsonl', smallCompanyLines.slice(300)),
  ];
  await writeTrainingChannel(join(folder, 'channels'), tickets, validation);
  const hyperparameters = { kind: 'routing', version: '3', seed: '1' };
  await trainFolder(join(folder, 'channels'), model, hyperparameters, await defaultEncoder());
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('signalbox predict', () => {
  test('says in plain words what it makes of a text, how sure it is, and why', async () => {
    const { code, stdout, stderr } = await signalbox([
      'predict',
      '--model',
      model,
      'Where is my parcel? The courier lost it',
      ' ',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^"Where is my parcel\? The courier lost it"$/m);
    expect(stdout).toMatch(/^ {2}team: shipping, \d+ % sure/m);
    expect(stdout).toMatch(/^ {4}for it speaks? .*"(?:[^"]+ )?parcel(?: [^"]+)?"/m);
    expect(stdout).toMatch(
      /^ {2}most like: (row \d{1,3} \(priority \w+, team \w+\), ){2}row \d{1,3} \(priority \w+, team \w+\) of the training file$/m,
    );
    expect(stdout).toContain('The text is empty');
    expect(stdout).not.toMatch(/logit|NaN|undefined/);
  });

  test('reads a ticket a line from standard input, and prints one JSON object', async () => {
    const { stdout } = await signalbox(
      ['predict', '--model', model, '--json'],
      'My card was charged twice for one order, please refund the second payment\n\nWhere is my parcel?\n',
    );
    const { model: about, predictions } = JSON.parse(stdout) as { model: unknown; predictions: Record<string, never>[] };
    expect(about).toMatchObject({ version: '3', trainedOn: 300, heads: ['priority', 'team'] });
    expect(predictions).toHaveLength(2);
    expect(predictions[0]).toMatchObject({
      row: 1,
      heads: { team: { label: 'billing', sure: expect.any(Boolean), outOfScope: false } },
    });
    expect(Object.keys(predictions[0]?.['heads']?.['team'] ?? {})).toEqual([
      'label',
      'probability',
      'sure',
      'threshold',
      'outOfScope',
      'alternatives',
      'why',
      'score',
      'others',
      'remainder',
    ]);
    const { why, score, others, remainder } = predictions[0]!['heads']!['team'] as PredictedHead;
    expect(why.reduce((sum, { contribution }) => sum + contribution, others + remainder)).toBeCloseTo(score, 6);
    expect(predictions[0]?.['similar']).toEqual(
      Array.from({ length: 3 }, () => ({
        ticketId: expect.stringMatching(/^row \d{9}$/),
        similarity: expect.closeTo(0.5, 0),
        labels: { team: expect.any(String), priority: expect.any(String) },
      })),
    );
  });

  test('reads a file, names rows as a spreadsheet does, and a row without text fails alone', async () => {
    const file = await fileOf('new.csv.gz', gzipSync('id;body\n1;my card was charged twice\n2;\n3;where is my parcel\n'));
    const { code, stdout, stderr } = await signalbox(['predict', '--model', model, '--data', file, '--text', 'body']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^row 2: "my card was charged twice"\n(?: .*\n)* {2}team: billing, \d+ % sure.*\n(?: .*\n)*\nrow 3: ""\n {2}The text is empty.*\n\nrow 4: "where is my parcel"\n(?: .*\n)* {2}team: shipping/,
    );
    expect(stderr).toContain('separated by semicolons');
  });

  test.for([
    [['predict', '--model', '/nowhere', 'x'], 1, /^signalbox: There is no folder \/nowhere; .*\n$/],
    [['predict', '--model', model], 1, /^signalbox: Standard input held no text; .*\n$/],
    [['predict', '--model', model, '--data', 'x.csv'], 2, /^signalbox: --data needs --text COLUMN.*\n$/],
    [['predict'], 2, /^error: required option '--model <folder>' not specified\n/],
  ] as const)('%j ends with the code of its mistake, without a stack trace', async ([args, expected, message]) => {
    const { code, stdout, stderr } = await signalbox(args);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('writes a line of JSON for each row, more than it reads at once, to a file that appears whole', async () => {
    const file = await fileOf('new.csv', `text\n${Array.from({ length: 600 }, (_, i) => `parcel ${i}`).join('\n')}\n`);
    const target = await temporaryFolder();
    const out = join(target, 'out.jsonl');
    const { code, stdout } = await signalbox([
      'predict',
      '--model',
      model,
      '--data',
      file,
      '--text',
      'text',
      '--out',
      out,
      '--json',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ out, rows: 600, predicted: 600, failed: 0 });
    const lines = (await readFile(out, 'utf8')).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { row: number }).row)).toEqual(Array.from({ length: 600 }, (_, i) => i + 2));
    expect(await readdir(target)).toEqual(['out.jsonl']);
  });

  test.for([
    [['predict', 'x'], CommanderError, /required option '--model <folder>'/],
    [['predict', '--model', 'm', '--text', 'a'], UsageError, /add --data FILE/],
    [['predict', '--model', 'm', '--data', 'a.csv'], UsageError, /--data needs --text COLUMN/],
    [['predict', '--model', 'm', '--data', 'a.csv', '--text', 'a', 'x'], UsageError, /not both/],
    [
      ['predict', '--model', 'm', '--data', 'a.jsonl', '--text', 'a', '--out', './a.jsonl'],
      UsageError,
      /--out names the file of tickets itself/,
    ],
    [['predict', '--model', '/nowhere', 'x'], UserError, /There is no folder \/nowhere; give the one that "train" wrote/],
    [['predict', '--model', 'samples', 'x'], ModelError, /samples holds no model/],
    [
      ['predict', '--model', model, '--data', smallCompanyFile, '--text', 'body', '--out', '/nowhere/x'],
      UserError,
      /\/nowhere\/x cannot be written/,
    ],
  ] as const)('%j is a mistake that is told', async ([args, kind, message]) => {
    const { error, said } = await refusal(addPredictCommand, args);
    expect(error).toBeInstanceOf(kind);
    expect(said).toMatch(message);
  });
});
