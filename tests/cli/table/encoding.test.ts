import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../cli/user-error.ts';
import { fileOf, read, readAll } from './table-file.ts';

const CSV = 'text,team\nGrüße aus Łódź – “quoted” 🚲,x\n';
const CELLS = [['Grüße aus Łódź – “quoted” 🚲', 'x']];

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

describe('a file of another encoding', () => {
  test.for([
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${CSV}`), 0],
    ['UTF-16 with a byte order mark', Buffer.from(`\uFEFF${CSV}`, 'utf16le'), 1],
    ['UTF-16, big end first', utf16be(`\uFEFF${CSV}`), 1],
    ['UTF-16 without a mark', Buffer.from(CSV, 'utf16le'), 1],
    ['UTF-16, big end first, without a mark', utf16be(CSV), 1],
  ] as const)('%s is read, and told', async ([, bytes, told]) => {
    const { cells, notes } = await read('t.csv', bytes, ['text', 'team']);
    expect(cells).toEqual(CELLS);
    expect(notes.filter(({ text }) => text.includes('is UTF-16 text'))).toHaveLength(told);
    expect(notes).toHaveLength(told);
  });

  test('what cannot be UTF-8 is read as Windows-1252, and told', async () => {
    const { cells, notes } = await read('t.csv', Buffer.from('text,team\nGr\xFC\xDFe f\xFCr 5 \x80,B\xE9\n', 'latin1'), [
      'text',
      'team',
    ]);
    expect(cells).toEqual([['Grüße für 5 €', 'Bé']]);
    expect(notes).toEqual([{ level: 'note', text: expect.stringContaining('Windows-1252') }]);
  });

  test('letters of Windows-1252 that come late, and last, are read the same', async () => {
    const plain = 'nothing but ASCII,x\n'.repeat(40_000);
    const { cells, notes } = await read('t.csv', Buffer.from(`text,team\n${plain}caf\xE9,y\nlast,\xE9`, 'latin1'), [
      'text',
      'team',
    ]);
    expect(cells.slice(-2)).toEqual([
      ['café', 'y'],
      ['last', 'é'],
    ]);
    expect(notes).toHaveLength(1);
  });

  test('letters of UTF-8 that reading cuts in two come back whole', async () => {
    const text = 'äöüßé€🚲'.repeat(60_000);
    expect((await read('t.csv', `text\n"a${text}"\n`, ['text'])).cells[0]?.[0]).toBe(`a${text}`);
  });

  test.for([
    [
      'UTF-8 with a damaged letter',
      Buffer.concat([Buffer.from('text,team\nGrüße\nÄpfel '), Buffer.from([0xc3]), Buffer.from(' x\n')]),
      /damaged characters \(the first in line 3\)/,
    ],
    ['a workbook', Buffer.from('PK\u0003\u0004\u0000\u0000', 'latin1'), /Excel workbook/],
    ['something binary', Buffer.from([1, 2, 3, 0, 0, 0, 0, 9, 10]), /is not text/],
    ['an archive cut off', gzipSync('text,team\na,x\n'.repeat(1_000)).subarray(0, 60), /cut off in the middle/],
  ] as const)('%s is refused with what to do', async ([, bytes, message]) => {
    const reading = read('t.csv', bytes, ['text']);
    await expect(reading).rejects.toThrow(UserError);
    await expect(reading).rejects.toThrow(message);
  });

  test.for([
    ['nowhere.csv', /There is no file .*nowhere\.csv; check the path/],
    ['', /is a folder/],
  ] as const)('the path "%s" is told', async ([name, message]) => {
    await expect(readAll(join(tmpdir(), name), ['text'])).rejects.toThrow(message);
  });

  test('a name of another kind, or an archive that is none, is told', async () => {
    await expect(read('t.xlsx', 'x', ['text'])).rejects.toThrow(/neither \.csv nor \.jsonl .* in Excel by "Save as CSV UTF-8"/);
    await expect(readAll(await fileOf('t.csv.gz', 'text\nplain\n'), ['text'])).rejects.toThrow(/cannot be read: .* is not gzip/);
  });
});
