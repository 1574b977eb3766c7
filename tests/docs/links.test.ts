import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const pages = globSync('{*.md,docs/**/*.md,examples/*.md,samples/*.md}', { cwd: ROOT }).toSorted();
const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** As GitHub makes them of headings. */
const anchorsOf = (page: string): ReadonlySet<string> =>
  new Set(
    Array.from(textOf(page).matchAll(/^#+ (.*)$/gm), ([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );

/** Links within the repository: where they stand, the file they lead to, the heading there. */
const links = pages.flatMap((page) =>
  Array.from(textOf(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g), ([link, path = '', anchor]) => ({
    page,
    link: link.slice(1),
    target: path === '' ? page : relative(ROOT, join(ROOT, dirname(page), path)),
    anchor,
  })),
);

describe('links between pages, and from pages to files', () => {
  test('are found', () => {
    expect(pages).toContain('docs/tour.md');
    expect(links.length).toBeGreaterThan(150);
  });

  test('lead to something that is there', () => {
    expect(links.filter(({ target }) => !existsSync(join(ROOT, target)))).toEqual([]);
  });

  test('lead to a heading that is there', () => {
    const astray = links.filter(({ target, anchor }) => anchor !== undefined && !anchorsOf(target).has(anchor));
    expect(astray).toEqual([]);
  });
});
