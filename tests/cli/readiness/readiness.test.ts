import { CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import { addReadinessCommand } from '../../../cli/readiness/command.ts';
import { UserError } from '../../../cli/user-error.ts';
import { smallCompanyFile, smallCompanyLines } from '../../support/small-company.ts';
import { SAMPLE, refusal, signalbox } from '../run-signalbox.ts';
import { fileOf } from '../table/table-file.ts';

describe('signalbox readiness', () => {
  test('says in plain words what the sample can carry and what to do', async () => {
    const { code, stdout, stderr, left } = await signalbox(['readiness', ...SAMPLE, '--label', 'team=labels.team']);
    expect({ code, stderr, left }).toEqual({ code: 0, stderr: '', left: [] });
    const { length } = smallCompanyLines;
    expect(stdout).toContain(`${length} rows in ${smallCompanyFile}, ${length} tickets with text`);
    expect(stdout).toMatch(/^ {4}right +\d+\.\d % {2}\(\d+\.\d % to \d+\.\d %\)$/m);
    expect(stdout).toMatch(/^ {4}row \d+: \w+, rather \w+ \(\d+ % sure\)/m);
    expect(stdout).toMatch(/^What to do\n {2}- team: /m);
    expect(stdout).not.toMatch(/logit|NaN|undefined/);
  });

  test('prints one JSON object with the rows of the file', async () => {
    const rows = Array.from({ length: 60 }, (_, i) =>
      i % 2 === 0 ? `where is parcel ${i},shipping` : `the invoice ${i} is wrong,billing`,
    );
    const file = await fileOf(
      'tickets.csv',
      `text,team\n,billing\n${rows.join('\n')}\nCall me back,shipping\ncall me back!,billing\n`,
    );
    const { stdout, stderr } = await signalbox(['readiness', '--data', file, '--text', 'text', '--label', 'team', '--json']);
    expect(stderr).toContain('1 row without text left out');
    const answer = JSON.parse(stdout) as Record<string, Record<string, Record<string, unknown>>>;
    expect(Object.keys(answer)).toEqual(['read', 'texts', 'heads', 'advice', 'seconds']);
    expect(answer['heads']?.['team']).toMatchObject({
      conflicts: [{ rows: [63, 64], labels: ['shipping', 'billing'] }],
      unlabelled: 0,
    });
  });

  test.for([
    [['readiness'], CommanderError, /required option '--data <file>'/],
    [['readiness', '--data', 'nowhere.csv', '--text', 'a', '--label', 'b'], UserError, /There is no file nowhere\.csv/],
    [['readiness', ...SAMPLE, '--label', 'b'], UserError, /no column "b"/],
  ] as const)('%j is a mistake that is told', async ([args, kind, message]) => {
    const { error, said } = await refusal(addReadinessCommand, args);
    expect(error).toBeInstanceOf(kind);
    expect(said).toMatch(message);
  });
});
