/** The memory of all arrays of numbers in plain data: what a message to another thread hands over instead of copying it. */
export const buffersOf = (value: unknown): ReadonlySet<ArrayBuffer> => {
  const found = new Set<ArrayBuffer>();
  const look = (part: unknown): void => {
    if (ArrayBuffer.isView(part)) {
      if (part.buffer instanceof ArrayBuffer) found.add(part.buffer);
    } else if (typeof part === 'object' && part !== null) Object.values(part).forEach(look);
  };
  look(value);
  return found;
};
