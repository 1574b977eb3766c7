/**
 * A page with another text between `<!-- NAME -->` and `<!-- end of NAME -->`.
 * @throws Error where the page has no such part
 */
export const withPart = (page: string, name: string, text: string): string => {
  const [start, end] = [`<!-- ${name} -->\n`, `<!-- end of ${name} -->`];
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The page has no part between "${start.trim()}" and "${end}".`);
  return `${page.slice(0, from)}${start}\n${text}\n\n${page.slice(to)}`;
};
