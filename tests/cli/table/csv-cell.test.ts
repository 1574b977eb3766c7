import * as fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { csvLine } from '../../../cli/table/csv-cell.ts';

const cellsOf = (line: string): readonly string[] => parse(line)[0] ?? [];

test.for([
  ['=cmd|"/c calc"!A1', '\'=cmd|"/c calc"!A1'],
  ['+1+1', "'+1+1"],
  ['-2+3', "'-2+3"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['\r=1', "'\r=1"],
  ['  =1', "'  =1"],
  ['＝1', "'＝1"],
  ['a = b', 'a = b'],
  ['plain, with "quotes"\nand lines', 'plain, with "quotes"\nand lines'],
] as const)('%j is written as %j', ([text, written]) => {
  expect(cellsOf(csvLine([text, 'next']))).toEqual([written, 'next']);
});

test('no cell is a formula, and every other comes back as it was', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', "'", ',', ';', ' ', 'a', '1') }), {
        minLength: 2,
      }),
      (cells) => {
        const read = cellsOf(csvLine(cells));
        expect(read.map((cell) => /^[\s]*[=+\-@]|^[\t\r\n]/u.test(cell))).not.toContain(true);
        expect(read).toEqual(cells.map((cell) => (/^\s*[=+\-@]|^[\t\r\n]/u.test(cell) ? `'${cell}` : cell)));
      },
    ),
  );
});
