import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { csv, dryRun } from './dry-run.ts';

const row = (id: number, time = '2026-03-09T10:00:00Z', team = 'billing', body = 'Where is it?'): string =>
  `T-${id},${time},Refund,${body},${team}`;

describe('a file is understood', () => {
  test('by the names of its columns, with counts, labels, window and a sample', async () => {
    const { json } = await dryRun(
      't.csv',
      csv(row(1), row(2, '2026-05-01T00:00:00+02:00'), row(3, '2026-04-01T00:00:00Z', 'shipping')),
    );
    expect(json).toMatchObject({
      rows: 3,
      tickets: 3,
      columns: { text: ['subject', 'body'], labels: { team: 'team' }, time: 'created', id: 'id' },
      refused: [],
      labels: {
        team: [
          { label: 'billing', tickets: 2, today: 'billing' },
          { label: 'shipping', tickets: 1, today: 'shipping' },
        ],
      },
      window: { from: '2026-03-09T10:00:00.000Z', to: '2026-04-30T22:00:00.000Z' },
    });
    expect(json?.sample[0]).toMatchObject({ id: 'T-1', subject: 'Refund', body: 'Where is it?' });
  });

  test('packed, as JSONL with fields in fields, and with columns that were named', async () => {
    expect((await dryRun('t.csv.gz', gzipSync(csv(row(1))))).json?.tickets).toBe(1);
    const line = { number: 7, opened: '2026-03-09', text: 'Where is it?', labels: { team: 'billing', prio: 'high' } };
    const { json } = await dryRun('t.jsonl', `${JSON.stringify(line)}\n`, ['--label', 'team=labels.team,priority=labels.prio']);
    expect(json).toMatchObject({
      columns: { text: ['text'], labels: { team: 'labels.team', priority: 'labels.prio' }, time: 'opened', id: 'number' },
      labels: { priority: [{ label: 'high', tickets: 1 }] },
    });
  });

  test("as Zendesk's export, whose unsolved tickets are refused", async () => {
    const ticket = {
      id: 1,
      status: 'solved',
      created_at: '2026-03-09T10:00:00Z',
      subject: 'A',
      description: 'B',
      group: { name: 'Billing' },
    };
    const lines = [ticket, { ...ticket, id: 2, status: 'open' }].map((one) => JSON.stringify(one)).join('\n');
    const { json } = await dryRun('export.json', lines, ['--format', 'zendesk']);
    expect(json).toMatchObject({ rows: 2, tickets: 1, labels: { team: [{ label: 'Billing' }] } });
    expect(json?.refused).toMatchObject([{ reason: 'not-resolved', count: 1, rows: [2] }]);
  });

  test('with what became of its labels', async () => {
    const labels = { heads: { team: { renamed: { repairs: 'workshop' }, retired: { fax: null } } } };
    const file = csv(row(1, undefined, 'Repairs'), row(2, undefined, 'fax'), row(3));
    expect((await dryRun('t.csv', file, [], labels)).json?.labels['team']).toEqual([
      { label: 'Repairs', tickets: 1, today: 'workshop' },
      { label: 'fax', tickets: 1, today: null },
      { label: 'billing', tickets: 1, today: 'billing' },
    ]);
  });

  test('with the same id twice, and tickets that are older than a training reads', async () => {
    const { json } = await dryRun('t.csv', csv(row(1), row(1, '2026-03-10T10:00:00Z'), row(2, '2025-11-21T00:00:00Z')));
    expect(json).toMatchObject({ tickets: 3, repeatedIds: 1, tooOld: 1 });
  });

  test('without times where that is said', async () => {
    const { json } = await dryRun('t.csv', 'text,label\nWhere is it?,billing\n', ['--without-times']);
    expect(json?.tickets).toBe(1);
    expect(json?.window).toBeUndefined();
  });

  test('and shown without personal data', async () => {
    const { json, out } = await dryRun('t.csv', csv(row(1, undefined, undefined, 'Write to jo@example.com')));
    expect(json?.sample[0]?.body).toBe('Write to [email]');
    expect(out).not.toContain('jo@example.com');
  });
});

describe('bad input is handled', () => {
  test.for([
    ['ISO 8601', ['2026-03-09T10:00:00Z', '2026-12-31 18:05']],
    ['dots', ['09.03.2026 10:00', '31.12.2025']],
    ['day first', ['31/03/2026 10:00', '09/03/2026']],
    ['month first', ['03/31/2026 6:05 PM', '03/09/2026']],
    ['written out', ['"Mon, 09 Mar 2026 10:00:00 +0000"', '"Mar 9, 2026"']],
    ['seconds and milliseconds', ['1773050400', '1773050400000']],
  ] as const)('times written as %s', async ([, times]) => {
    const old = times.map((time, at) => row(at, time.replace('2026-12-31', '2025-12-31')));
    const { json } = await dryRun('t.csv', csv(...old));
    expect(json).toMatchObject({ tickets: times.length, refused: [] });
  });

  test('the order of day and month is right for all rows, though the last ones show it', async () => {
    const { json } = await dryRun('t.csv', csv(row(1, '05/03/2026'), row(2, '06/03/2026'), row(3, '31/03/2026')));
    expect(json).toMatchObject({ tickets: 3, window: { from: '2026-03-05T00:00:00.000Z', to: '2026-03-31T00:00:00.000Z' } });
  });

  test.for([
    [
      'UTF-16 with a mark',
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(csv(row(1, undefined, undefined, 'Größe')), 'utf16le')]),
    ],
    ['Windows-1252', Buffer.from(csv(row(1, undefined, undefined, 'Größe')), 'latin1')],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${csv(row(1, undefined, undefined, 'Größe'))}`)],
    ['semicolons', Buffer.from(csv(row(1, undefined, undefined, 'Größe')).replaceAll(',', ';'))],
    ['tabs', Buffer.from(csv(row(1, undefined, undefined, 'Größe')).replaceAll(',', '\t'))],
    ['quoted line breaks', Buffer.from(csv(row(1, undefined, undefined, '"Hello\n\nGröße, please"')))],
  ] as const)('%s', async ([, content]) => {
    const { json } = await dryRun('t.csv', content);
    expect(json).toMatchObject({ tickets: 1, refused: [] });
    expect(json?.sample[0]?.body).toContain('Größe');
  });

  test('labels that differ by case or blanks are one', async () => {
    const { json, err } = await dryRun(
      't.csv',
      csv(row(1), row(2, undefined, 'Billing'), row(3, undefined, ' billing  '), row(4)),
    );
    expect(json?.labels['team']).toEqual([{ label: 'billing', tickets: 4, today: 'billing' }]);
    expect(err).toContain('differ only by case or blanks were joined: "Billing" → "billing"');
  });

  test('a file with 40 % empty texts is imported without them, with a warning', async () => {
    const rows = Array.from({ length: 10 }, (_, at) => (at < 4 ? `T-${at},2026-03-09,, ,billing` : row(at)));
    const { json, err } = await dryRun('t.csv', csv(...rows));
    expect(json).toMatchObject({ tickets: 6, refused: [{ reason: 'no-text', count: 4, rows: [2, 3, 4, 5] }] });
    expect(err).toMatch(
      /WARNING: 40 % of the rows \(4 of 10\) have no text in "subject", "body" and are left out\. Is it the right column\?/,
    );
  });

  test('every row that is no ticket is refused with its number, its reason and what to do, and the rest is imported', async () => {
    const many = Array.from({ length: 40 }, (_, at) => row(at + 100));
    const { json, refusedFile } = await dryRun(
      't.csv',
      csv(
        row(1),
        'T-2,2026-03-09,a,b',
        'id,created,subject,body,team',
        'T-4,2026-03-09,?!,…,billing',
        'T-5,2026-03-09,a,b, ',
        'T-6,,a,b,billing',
        'T-7,yesterday,a,b,billing',
        'T-8,2027-03-09,a,b,billing',
        ',2026-03-09,a,b,billing',
        `${'x'.repeat(201)},2026-03-09,a,b,billing`,
        `T-11,2026-03-09,a,b,${'y'.repeat(201)}`,
        ...many,
      ),
    );
    expect(json?.refused.map(({ reason, rows }) => [reason, rows])).toEqual([
      ['ragged', [3]],
      ['repeated-header', [4]],
      ['no-text', [5]],
      ['no-label', [6]],
      ['no-time', [7]],
      ['unreadable-time', [8]],
      ['future-time', [9]],
      ['no-id', [10]],
      ['long-id', [11]],
      ['long-label', [12]],
    ]);
    expect(json).toMatchObject({ rows: 51, tickets: 41 });
    expect(refusedFile?.split('\r\n')).toHaveLength(12);
    expect(refusedFile).toContain('8,rows whose time cannot be read,write times as 2026-12-31T18:05:00Z,yesterday');
  });

  test('a line of JSON that is broken is refused, the others are imported', async () => {
    const line = '{"id":1,"created":"2026-03-09","text":"Where?","team":"billing"}';
    const { json } = await dryRun('t.jsonl', `${line}\n{"id":2,\n${line}\n`);
    expect(json).toMatchObject({ tickets: 2, repeatedIds: 1, refused: [{ reason: 'not-json', rows: [2] }] });
  });

  test('what stands in refused rows is no formula in the file that lists them', async () => {
    const { refusedFile } = await dryRun(
      't.csv',
      csv(...Array.from({ length: 12 }, (_, at) => row(at)), "T-1,=cmd|'/c calc'!A1,a,b,c"),
    );
    expect(refusedFile).toContain(`"'=cmd|'/c calc'!A1"`);
  });
});

describe('what is wrong with a whole file is told in a sentence', () => {
  test.for([
    [
      'no header',
      'T-1,2026-03-09,Refund,Where is my money?,billing\n',
      [],
      /no column that is plainly .*; name it with --text COLUMN\. Its first line looks like a ticket/,
    ],
    [
      'a doubled column',
      'id,created,body,body,team\n1,2026-03-09,a,b,c\n',
      [],
      /has two columns "body" \(columns 3 and 4\); rename one/,
    ],
    [
      'no time',
      'id,body,team\n1,a,b\n',
      [],
      /plainly the time of the ticket among id, body, team; name it with --time COLUMN, or say --without-times/,
    ],
    [
      'no team',
      'id,created,body\n1,2026-03-09,a\n',
      [],
      /plainly the team that people chose among .*; name it with --label team=COLUMN\./,
    ],
    [
      'dates that could be both',
      csv(row(1, '05/03/2026')),
      [],
      /cannot be told whether day or month comes first in "created" \(such as 05\/03\/2026\); write times as/,
    ],
    ['both orders', csv(row(1, '31/03/2026'), row(2, '03/31/2026')), [], /cannot be told whether day or month comes first/],
    [
      'no times',
      csv(row(1, 'yesterday'), row(2)),
      [],
      /1 row whose time in "created" cannot be read \(the first in row 2\); name another column with --time/,
    ],
    [
      'only empty texts',
      csv('T-1,2026-03-09,,,billing'),
      [],
      /holds no ticket that can be imported: 1 row without a word of text\. Name the right columns with --text\./,
    ],
    ['a column that is not there', csv(row(1)), ['--text', 'bdy'], /has no column "bdy".*Did you mean "body"\?/],
    ['nothing', '', [], /is empty; it holds no rows\./],
    [
      'texts as labels',
      csv(...Array.from({ length: 2_001 }, (_, at) => row(at, undefined, `label ${at}`))),
      [],
      /more than 2,000 different labels of team in "team": these are texts or ids/,
    ],
  ] as const)('%s', async ([, content, flags, message]) => {
    const { code, err } = await dryRun('t.csv', content, flags);
    expect(err).toMatch(message);
    expect(code).toBe(1);
    expect(err.trim().split('\n').at(-1)).toMatch(/^signalbox: /);
  });
});
