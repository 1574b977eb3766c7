import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { addEncoderCommand } from '../../../cli/encoder/command.ts';
import { openModel } from '../../../cli/predict/open-model.ts';
import { UserError } from '../../../cli/user-error.ts';
import { installedEncoders } from '../../../model/encoder/installed-encoders.ts';
import { tinyBertFiles } from '../../support/bert-encoder.ts';
import { zipOfFiles } from '../../support/zip.ts';
import { refusal, signalbox, temporaryFolder } from '../run-signalbox.ts';

const TICKETS = [
  'where is my parcel',
  'my parcel is late',
  'the parcel not arrived',
  'i want my money back',
  'refund my order',
  'cancel and refund',
];

const ticketsFile = (path: string): void =>
  writeFileSync(
    path,
    Array.from({ length: 48 }, (_, at) => {
      const kind = at % TICKETS.length;
      return `${JSON.stringify({ text: `${TICKETS[kind]} ${'please '.repeat(at % 5)}${at}`, team: kind < 3 ? 'shipping' : 'billing' })}\n`;
    }).join(''),
  );

describe('the command encoder', () => {
  test('adds an encoder that models are then trained and opened with, and names it where it is missing', async () => {
    const folder = await temporaryFolder();
    const encoders = join(folder, 'encoders');
    const archive = join(folder, 'tiny.zip');
    writeFileSync(archive, zipOfFiles(tinyBertFiles()));
    const added = await signalbox(['encoder', 'add', archive, '--encoders', encoders, '--json']);
    expect(added.stderr).toBe('');
    const { name, hash } = JSON.parse(added.stdout) as { readonly name: string; readonly hash: string };
    expect(installedEncoders(encoders).map((each) => each.name)).toEqual(['use-lite', name]);

    const checked = await signalbox(['encoder', 'check', 'tiny', '--tickets', '1000', '--encoders', encoders]);
    expect(checked.stdout).toMatch(/^tiny is whole: every file has its hash, and it answers its 5 reference texts/u);
    expect(checked.stdout).toMatch(
      /Encoding a history of 1,000 tickets: about \d+ s, under \$0\.01 of training on ml\.m5\.xlarge/u,
    );

    const [data, out] = [join(folder, 'tickets.jsonl'), join(folder, 'model')];
    ticketsFile(data);
    const using = ['--encoders', encoders];
    const columns = ['--data', data, '--text', 'text', '--label', 'team'];
    const trained = await signalbox(['train', ...columns, '--out', out, '--encoder', 'tiny', ...using, '--json']);
    expect(trained.stderr).toBe('');
    expect(JSON.parse(trained.stdout)).toMatchObject({ encoder: { name: 'tiny', hash } });
    const predicted = await signalbox(['predict', '--model', out, ...using, 'the parcel is late', '--json']);
    expect(predicted.stdout).toContain('"label":"shipping"');

    rmSync(join(encoders, 'tiny'), { recursive: true });
    await expect(openModel(out, encoders)).rejects.toThrow(
      'There is no encoder "tiny"; there are use-lite. Add it with "encoder add".',
    );
  });

  test('refuses what it cannot use, in a sentence', async () => {
    const { error } = await refusal(addEncoderCommand, [
      'encoder',
      'add',
      '/nowhere/model.zip',
      '--encoders',
      await temporaryFolder(),
    ]);
    expect(error).toBeInstanceOf(UserError);
    expect((await refusal(addEncoderCommand, ['encoder', 'add', 'x', '--pooling', 'max'])).said).toContain(
      'Allowed choices are mean, cls',
    );
    expect((await refusal(addEncoderCommand, ['encoder', 'add', 'x', '--languages', 'english'])).said).toContain('such as en,de');
    expect((await refusal(addEncoderCommand, ['encoder', 'add', 'x', '--sha256', 'abc'])).said).toContain(
      '64 hexadecimal digits',
    );
  });
});
