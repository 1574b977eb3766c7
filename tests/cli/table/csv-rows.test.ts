import { gzipSync } from 'node:zlib';
import { array, assert, asyncProperty, string, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../cli/user-error.ts';
import { read } from './table-file.ts';

describe('a CSV file', () => {
  test.for([
    ['tickets.csv', (text: string) => text],
    ['tickets.csv.gz', gzipSync],
    ['packed-without-saying-so.csv', gzipSync],
  ] as const)('%s is read by the names of its columns', async ([name, pack]) => {
    const { rows, notes } = await read(name, pack('id,subject,team\n1,"Hello, you\nthere",a\n2,"He said ""no""",b\n'), [
      'team',
      'subject',
    ]);
    expect(rows).toEqual([
      { number: 2, cells: ['a', 'Hello, you\nthere'] },
      { number: 3, cells: ['b', 'He said "no"'] },
    ]);
    expect(notes).toEqual([]);
  });

  test.for([
    ['semicolons', ';'],
    ['tabs', '\t'],
    ['vertical bars', '|'],
  ] as const)('with %s is understood, and told', async ([name, delimiter]) => {
    const { cells, notes } = await read('t.csv', `text${delimiter}team, region\na, b, c${delimiter}x\n`, [
      'text',
      'team, region',
    ]);
    expect(cells).toEqual([['a, b, c', 'x']]);
    expect(notes).toEqual([{ level: 'note', text: expect.stringContaining(`separated by ${name}`) }]);
  });

  test("with Excel's line about the separator is read", async () => {
    const { rows } = await read('t.csv', 'sep=;\r\ntext;team\r\na;x\r\n', ['text', 'team']);
    expect(rows).toEqual([{ number: 2, cells: ['a', 'x'] }]);
  });

  test('line ends of all kinds, blank lines and blanks in the header change nothing', async () => {
    const { cells } = await read('t.csv', '\n text ,team\r\na,x\n\nb,y\r\n   \n', ['text', 'team']);
    expect(cells).toEqual([
      ['a', 'x'],
      ['b', 'y'],
    ]);
  });

  test('quotes within a cell that opens without one are text', async () => {
    expect((await read('t.csv', 'text,team\nmudguards 28" black,x\n', ['text'])).cells).toEqual([['mudguards 28" black']]);
  });

  test('rows with another number of cells are left out and told, with the first of them', async () => {
    const many = Array.from({ length: 30 }, (_, i) => `text ${i},x`).join('\n');
    const { cells, notes } = await read('t.csv', `text,team\n${many}\nHello, friend,x\nshort\n`, ['text', 'team']);
    expect(cells).toHaveLength(30);
    expect(notes).toEqual([{ level: 'note', text: expect.stringMatching(/^2 rows left out .* 2 \(row 32 has 3\)\.$/) }]);
  });

  test('many such rows are a warning that says why', async () => {
    const { notes } = await read('t.csv', 'text,team\na,x\nHello, friend,x\n', ['text']);
    expect(notes).toEqual([{ level: 'warning', text: expect.stringContaining('must stand in quotes') }]);
  });

  test('empty cells beyond the header are no cells', async () => {
    expect((await read('t.csv', 'text,team,\na,x,\nb,y,,\n', ['text', 'team'])).cells).toHaveLength(2);
  });

  test('a header that comes again, as in files put together, is left out and told', async () => {
    const { cells, notes } = await read('t.csv', 'text,team\na,x\ntext,team\nb,y\n', ['text']);
    expect(cells).toEqual([['a'], ['b']]);
    expect(notes[0]?.text).toContain('1 repeated header left out (the first in row 3)');
  });

  test.for([
    ['an empty file', '', ['text'], /is empty; it holds no rows/],
    ['only blank lines', '\n\n \n', ['text'], /empty lines only/],
    ['an unknown column', 'text,team\na,x\n', ['txet'], /no column "txet"; it has text, team\. Did you mean "text"\?/],
    ['a column of another case', 'Ticket Text,team\na,x\n', ['ticket_text'], /Did you mean "Ticket Text"\?/],
    ['a name that every object has', 'text,team\na,x\n', ['constructor'], /no column "constructor"/],
    ['no header', 'Where is my parcel?,shipping\nMy card,billing\n', ['text'], /first line looks like a ticket/],
    ['a column that is there twice', 'text,team,text\na,x,b\n', ['text'], /two columns "text" \(columns 1 and 3\)/],
    ['a quote that is never closed', 'text,team\na,x\n"b,x\nc,y\n', ['text'], /a quote that opens in row 3 is never closed/],
  ] as const)('%s is told in a sentence', async ([, content, columns, message]) => {
    const reading = read('t.csv', content, columns);
    await expect(reading).rejects.toThrow(UserError);
    await expect(reading).rejects.toThrow(message);
  });

  test('whatever is in the cells comes back as it was', async () => {
    const cell = string({ unit: 'grapheme' }).filter((text) => text.trim() !== '');
    await assert(
      asyncProperty(array(tuple(cell, cell), { minLength: 1, maxLength: 20 }), async (table) => {
        const quoted = table.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')).join('\n');
        const { cells } = await read('t.csv', `first column,second column\n${quoted}\n`, ['first column', 'second column']);
        expect(cells).toEqual(table);
      }),
      { numRuns: 30 },
    );
  });
});
