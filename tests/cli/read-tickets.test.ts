import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { replayOf } from '../../cli/start/labelled-ticket.ts';
import { readSample, readTicketFile } from '../../cli/start/read-tickets.ts';
import { SMALL_COMPANY } from '../../samples/sample-company.ts';
import { UserError } from '../../cli/user-error.ts';

const fileOf = async (name: string, content: string | Uint8Array): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-read-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, name), content);
  return join(folder, name);
};

const rows = (count: number, label: (i: number) => string): string =>
  `subject,body,team\n${Array.from({ length: count }, (_, i) => `"Subject ${i}","Line one, ${i}\nline two",${label(i)}`).join('\n')}\n`;

const byParity = (i: number): string => (i % 2 === 0 ? 'even' : 'odd');

describe('a file of labelled tickets', () => {
  test.for([['tickets.csv'], ['tickets.csv.gz']] as const)('%s is read by the names of its columns', async ([name]) => {
    const csv = rows(120, byParity);
    const file = await fileOf(name, name.endsWith('.gz') ? gzipSync(csv) : csv);
    const { tickets, skipped } = await readTicketFile({ file, textColumns: ['subject', 'body'], labelColumn: 'team' });
    expect(tickets).toHaveLength(120);
    expect(skipped).toBe(0);
    expect(tickets[1]).toMatchObject({ subject: 'Subject 1', body: 'Line one, 1\nline two', labels: { team: 'odd' } });
    expect(new Set(tickets.map((ticket) => ticket.id)).size).toBe(120);
  });

  test('in JSONL is read too, and a single text column is the body', async () => {
    const lines = Array.from({ length: 100 }, (_, i) => JSON.stringify({ text: `hello ${i}`, label: i % 3 }));
    const file = await fileOf('tickets.jsonl', lines.join('\n'));
    const { tickets } = await readTicketFile({ file, textColumns: ['text'], labelColumn: 'label' });
    expect(tickets[2]).toMatchObject({ subject: '', body: 'hello 2', labels: { team: '2' } });
  });

  test('rows without text or label are left out and counted', async () => {
    const file = await fileOf('tickets.csv', `${rows(100, byParity)}no label,text,\nno text,,even\n`);
    expect(await readTicketFile({ file, textColumns: ['body'], labelColumn: 'team' })).toMatchObject({ skipped: 2 });
  });

  test('that is sorted by label is dealt anew, the same way every time', async () => {
    const file = await fileOf(
      'tickets.csv',
      rows(200, (i) => (i < 100 ? 'first' : 'second')),
    );
    const read = () => readTicketFile({ file, textColumns: ['body'], labelColumn: 'team' });
    const once = await read();
    expect(once.shuffled).toBe(true);
    const { live } = replayOf(once.tickets, 0);
    expect(new Set(live.map((ticket) => ticket.labels.team))).toEqual(new Set(['first', 'second']));
    expect((await read()).tickets.map((ticket) => ticket.id)).toEqual(once.tickets.map((ticket) => ticket.id));
  });

  test.for([
    ['a column that is not there', rows(100, byParity), 'queue', /no column "queue"; it has subject, body, team/],
    ['too few tickets', rows(20, byParity), 'team', /holds 20 tickets .* at least 100/],
  ] as const)('%s is told in a sentence', async ([, content, labelColumn, message]) => {
    const file = await fileOf('t.csv', content);
    const reading = readTicketFile({ file, textColumns: ['body'], labelColumn });
    await expect(reading).rejects.toThrow(UserError);
    await expect(reading).rejects.toThrow(message);
  });
});

test('a replay ends now, keeps the distances in time, and splits by time', () => {
  const { tickets, liveFrom } = readSample(SMALL_COMPANY);
  const now = Date.UTC(2030, 0, 1);
  const { history, live } = replayOf(tickets, now);
  expect(history.length + live.length).toBe(tickets.length);
  expect(live.length).toBe(Math.ceil(tickets.length * 0.2));
  expect(Date.parse(live.at(-1)?.time ?? '')).toBe(now);
  expect(Date.parse(history.at(-1)?.time ?? '')).toBeLessThanOrEqual(Date.parse(live[0]?.time ?? ''));
  const lastDays = replayOf(tickets, now, liveFrom).live;
  expect(lastDays).toHaveLength(tickets.filter(({ time }) => time >= liveFrom!).length);
  expect(lastDays.length).toBeGreaterThan(50);
});
