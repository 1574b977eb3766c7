import { InvalidArgumentError } from 'commander';
import { expect, test } from 'vitest';
import { parseJsonLinesFile } from '../../../cli/table/ticket-options.ts';

test.for(['predictions.csv', 'x/predictions.CSV.gz', 'a.xlsx', 'a.tsv', 'a.txt'])('%s is no name for JSON Lines', (name) => {
  expect(() => parseJsonLinesFile(name)).toThrow(InvalidArgumentError);
});

test.for(['predictions.jsonl', 'predictions.json', 'csv', 'x.csv/predictions', '/dev/stdout'])(
  '%s may be written as JSON Lines',
  (name) => {
    expect(parseJsonLinesFile(name)).toBe(name);
  },
);
