import { expect, test } from 'vitest';
import { findDuplicates } from '../../model/readiness/near-duplicates.ts';
import { WORKFLOWS } from '../../samples/company/workflows.ts';
import { HelpFileError, parseHelp, readHelp } from '../../samples/read-help.ts';

const articles = readHelp();

test('there are forty help articles or more, of 80 to 200 words, none like another', () => {
  expect(articles.length).toBeGreaterThanOrEqual(40);
  const lengths = articles.map(({ id, text }) => [id, text.split(/\s+/).length] as const);
  expect(lengths.filter(([, words]) => words < 80 || words > 200)).toEqual([]);
  const { near } = findDuplicates(
    articles.map(({ text }) => text),
    1,
  );
  expect(new Set(near).size).toBe(articles.length);
});

test('every article belongs to a workflow, and every workflow but the front desk’s question has an article', () => {
  const workflows = new Set<string>(WORKFLOWS.map(({ id }) => id));
  expect(articles.filter(({ workflow }) => !workflows.has(workflow))).toEqual([]);
  const explained = new Set(articles.map(({ workflow }) => workflow));
  expect([...workflows].filter((id) => !explained.has(id))).toEqual(['ask-back']);
});

test('an article without its head is refused by its name', () => {
  const read = (): unknown => parseHelp('x', '# Title\n\nText', 'x.md');
  expect(read).toThrow(HelpFileError);
  expect(read).toThrow('x.md');
});
