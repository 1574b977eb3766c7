import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../cli/user-error.ts';
import { read } from './table-file.ts';

const lines = (...values: readonly unknown[]): string => values.map((value) => JSON.stringify(value)).join('\n');

describe('a JSONL file', () => {
  test.for([
    ['t.jsonl', (text: string) => text],
    ['t.jsonl.gz', gzipSync],
    ['t.ndjson', (text: string) => text],
  ] as const)('%s is read, numbers and lists as text', async ([name, pack]) => {
    const { rows } = await read(
      name,
      pack(`${lines({ text: 'a', label: 3 }, { text: null })}\n\n${lines({ label: ['x', 'y'] })}\n`),
      ['text', 'label'],
    );
    expect(rows).toEqual([
      { number: 1, cells: ['a', '3'] },
      { number: 2, cells: ['', ''] },
      { number: 4, cells: ['', 'x, y'] },
    ]);
  });

  test('a name with a dot reaches into an object, unless a field has the whole name', async () => {
    const { cells } = await read('t.jsonl', lines({ labels: { team: 'x' } }, { 'labels.team': 'y' }), ['labels.team']);
    expect(cells).toEqual([['x'], ['y']]);
  });

  test('a line longer than what is read at once is put together again', async () => {
    const long = 'ä'.repeat(400_000);
    expect((await read('t.jsonl', lines({ text: long }, { text: 'b' }), ['text'])).cells).toEqual([[long], ['b']]);
  });

  test.for([
    ['an empty file', '', /is empty/],
    ['a line that is not JSON', '{"text":"a"}\nnonsense', /line 2 is not a JSON object/],
    ['a line cut off', '{"text":"a"}\n{"text":"b', /line 2 is not a JSON object/],
    ['a line that is no object', '{"text":"a"}\n"b"', /line 2 is not a JSON object but a string/],
    ['a line with null', '{"text":"a"}\nnull', /but null/],
    ['a list of all tickets', '[{"text":"a"}]', /jq -c/],
    ['a document over several lines', '{\n"text":"a"\n}', /jq -c/],
    ['a field that no line has', lines({ body: 'a', labels: { team: 'x' } }), /no column "text"; it has body, labels\.team/],
    [
      'an object as a text',
      lines({ text: { plain: 'a' } }),
      /line 1: "text" is an object, not a text; name a field in it, such as text\.plain/,
    ],
  ] as const)('%s is told in a sentence', async ([, content, message]) => {
    const reading = read('t.jsonl', content, ['text']);
    await expect(reading).rejects.toThrow(UserError);
    await expect(reading).rejects.toThrow(message);
  });
});
