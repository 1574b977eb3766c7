import { type AttributeValue, attributeOf, type Item, setAttribute } from '../attribute-value.ts';
import type { Path } from './scope.ts';

/** Paths that share a prefix, as a tree; a leaf keeps the whole value. */
type Selection = Map<string | number, Selection | 'all'>;

const selectionOf = (paths: readonly Path[]): Selection => {
  const root: Selection = new Map();
  for (const path of paths) {
    let node = root;
    for (const step of path.slice(0, -1)) {
      const next = node.get(step) ?? new Map();
      if (next === 'all') break;
      node.set(step, next);
      node = next;
    }
    node.set(path.at(-1) as string | number, 'all');
  }
  return root;
};

const select = (value: AttributeValue, selection: Selection | 'all'): AttributeValue | undefined => {
  if (selection === 'all') return value;
  if ('M' in value) {
    const map = selectAttributes(value.M, selection);
    return Object.keys(map).length > 0 ? { M: map } : undefined;
  }
  if (!('L' in value)) return undefined;
  const elements: AttributeValue[] = [];
  // Elements keep their order and close ranks.
  value.L.forEach((element, index) => {
    const selected = selection.get(index);
    const kept = selected && select(element, selected);
    if (kept) elements.push(kept);
  });
  return elements.length > 0 ? { L: elements } : undefined;
};

const selectAttributes = (item: Item, selection: Selection): Item => {
  const kept: Record<string, AttributeValue> = {};
  for (const [name, selected] of selection) {
    const value = typeof name === 'string' ? attributeOf(item, name) : undefined;
    const part = value && select(value, selected);
    if (part) setAttribute(kept, name as string, part);
  }
  return kept;
};

/** The parts of an item at the given paths; the selection is worked out once for many items. */
export const projectorOf = (paths: readonly Path[]): ((item: Item) => Item) => {
  const selection = selectionOf(paths);
  return (item) => selectAttributes(item, selection);
};
