import { describe, expect, test } from 'vitest';
import { joinSpellings } from '../../../core/labels/join-spellings.ts';
import { readTickets } from '../../../cli/table/read-tickets.ts';
import type { TicketColumns, Tickets } from '../../../cli/table/read-tickets.ts';
import { fileOf } from './table-file.ts';

const TEAM: TicketColumns = { text: ['text'], labels: { team: 'team' } };

const read = async (content: string, columns: TicketColumns = TEAM): Promise<Tickets> =>
  readTickets(await fileOf('tickets.csv', content), columns);

describe('tickets of a file', () => {
  test('ids and languages are read, whatever else is; languages that differ only by case are one', async () => {
    const content =
      'id,lang,text,team,time\nA-1,de,wo,x,2026-01-01\nA-2,DE,was,y,2026-01-02\nA-3,,what,y,2026-01-03\nA-4,de,wie,x,2026-01-04\n';
    const columns = { ...TEAM, id: 'id', language: 'lang' };
    for (const time of ['time', undefined]) {
      const { ids, languages } = await read(content, { ...columns, time });
      expect(ids).toEqual(['A-1', 'A-2', 'A-3', 'A-4']);
      expect(languages).toEqual(['de', 'de', undefined, 'de']);
    }
    expect((await read(content)).languages).toBeUndefined();
  });

  test('a column of languages that is empty is refused', async () => {
    await expect(read('text,team,lang\na,x,\nb,y,\n', { ...TEAM, language: 'lang' })).rejects.toThrow(
      /has no language in "lang": all rows are empty there; name another column/,
    );
  });

  test('columns of text are joined by line breaks, blank ones left out, and addresses redacted', async () => {
    const { texts, cells, rows } = await read(
      'subject,body,team\nHello,World,x\n,only a body,x\nonly a subject, ,y\na,write to a@example.com,x\n',
      {
        ...TEAM,
        text: ['subject', 'body'],
      },
    );
    expect(texts).toEqual(['Hello\nWorld', 'only a body', 'only a subject', 'a\nwrite to [email]']);
    expect(cells[3]).toEqual(['a', 'write to a@example.com']);
    expect(rows).toEqual([2, 3, 4, 5]);
  });

  test('several heads are read, and an empty label is no label', async () => {
    const { labels, report } = await read('text,team,prio\na,x,1\nb,,2\nc,y, \n', {
      text: ['text'],
      labels: { team: 'team', priority: 'prio' },
    });
    expect(labels).toEqual({ team: ['x', undefined, 'y'], priority: ['1', '2', undefined] });
    expect(report.unlabelled).toEqual({ team: 1, priority: 1 });
  });

  test('labels that differ by case or blanks are joined under the most frequent, and told', async () => {
    const { labels, report } = await read('text,team\na,Billing\nb,billing\nc, billing \nd,card  lost\ne,billing\nf,Card lost\n');
    expect(labels['team']).toEqual(['billing', 'billing', 'billing', 'card lost', 'billing', 'card lost']);
    expect(report.notes.map(({ text }) => text).join('\n')).toMatch(/team .* joined: "Billing".* → "billing"/);
  });

  test('spellings that a model knows go before the file’s', async () => {
    const { labels } = await read('text,team\na,billing\nb,billing\n', { ...TEAM, knownLabels: { team: ['Billing'] } });
    expect(labels['team']).toEqual(['Billing', 'Billing']);
  });

  test('rows without text are counted and left out; nearly half of them is a warning', async () => {
    const few = await read('text,team\na,x\nb,x\nc,x\n ,x\n');
    expect(few.report).toMatchObject({ rows: 4, tickets: 3, emptyTexts: 1, notes: [{ level: 'note' }] });
    const many = await read('text,team\na,x\nb,x\n,x\n,x\n');
    expect(many.report.notes).toEqual([
      { level: 'warning', text: expect.stringMatching(/^50 % of the rows \(2 of 4\) have no text in "text"/) },
    ]);
  });

  test('times are read where they are asked for, and rows without one left out', async () => {
    const rows = Array.from({ length: 12 }, (_, i) => `ticket ${i},x,${i + 1}.03.2026 10:00,T-${i}`).join('\n');
    const { times, ids, report } = await read(`text,team,created,id\n${rows}\nlate,x,soon,T-99\n`, {
      ...TEAM,
      time: 'created',
      id: 'id',
    });
    expect(times?.[0]).toBe('2026-03-01T10:00:00.000Z');
    expect(ids?.at(-1)).toBe('T-11');
    expect(report).toMatchObject({ tickets: 12, unreadableTimes: 1 });
    expect(report.notes.map(({ text }) => text)).toEqual([
      expect.stringMatching(/1 row without a readable time .* \(the first: "soon" in row 14\) left out/),
      expect.stringMatching(/12 times .* taken as UTC/),
    ]);
  });

  test.for([
    ['a header alone', 'text,team\n', TEAM, /no rows below its header/],
    ['no text at all', 'text,team\n,x\n,y\n', TEAM, /no text in "text": all 2 rows/],
    ['times that are none', 'text,team\na,x\nb,y\n', { ...TEAM, time: 'team' }, /2 rows without a readable time in "team"/],
    [
      'times that may be either',
      'text,team,at\na,x,01/02/2026\n',
      { ...TEAM, time: 'at' },
      /day or month comes first in "at" \(such as 01\/02\/2026\)/,
    ],
  ] as const)('%s is told in a sentence', async ([, content, columns, message]) => {
    await expect(read(content, columns)).rejects.toThrow(message);
  });
});

test('two known labels are never joined, however alike they are', () => {
  const { nameOf, joined } = joinSpellings(
    new Map([
      ['A b', 1],
      ['a B', 5],
      ['a  b', 1],
    ]),
    ['A b', 'a B'],
  );
  expect(nameOf).toEqual(
    new Map([
      ['A b', 'A b'],
      ['a B', 'a B'],
      ['a  b', 'A b'],
    ]),
  );
  expect(joined).toEqual([{ name: 'A b', others: ['a  b'] }]);
});
