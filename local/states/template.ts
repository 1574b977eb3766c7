import { evaluateExpression, parseExpression } from './intrinsics.ts';
import { isObject, type Json } from './json.ts';
import type { PathRoots } from './path.ts';

/** Fills a JSONPath payload template: each key that ends in `.$` is replaced by what its path or intrinsic yields. */
export const fillTemplate = (template: Json, roots: PathRoots, random: () => number): Json => {
  if (Array.isArray(template)) return template.map((item: Json) => fillTemplate(item, roots, random));
  if (!isObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) =>
      key.endsWith('.$') && typeof value === 'string'
        ? [key.slice(0, -2), evaluateExpression(parseExpression(value), roots, random, key)]
        : [key, fillTemplate(value, roots, random)],
    ),
  );
};
