import { type AttributeValue, attributeOf, type Item } from '../attribute-value.ts';
import type { Path } from './scope.ts';

/** The value at a path below one value. */
const stepInto = (value: AttributeValue, step: string | number): AttributeValue | undefined => {
  if (typeof step === 'number') return 'L' in value ? value.L[step] : undefined;
  return 'M' in value ? attributeOf(value.M, step) : undefined;
};

/** The value at a path, undefined where the path leads nowhere. */
export const readPath = (item: Item, path: Path): AttributeValue | undefined => {
  let value = attributeOf(item, path[0] as string);
  for (let index = 1; value && index < path.length; index++) value = stepInto(value, path[index] as string | number);
  return value;
};
