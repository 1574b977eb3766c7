/** Markup that may stand in a page as it is. */
export interface Html {
  readonly markup: string;
}

type Part = Html | string | number | readonly Html[];

/** Markup with whatever is put into it escaped, unless it is markup itself. */
export const html = (markup: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  markup: markup.reduce((whole, piece, at) => whole + markupOf(parts[at - 1]!) + piece),
});

const markupOf = (part: Part): string => {
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
};

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escaped = (text: string): string => text.replaceAll(/[&<>"']/gu, (character) => ENTITIES[character]!);
