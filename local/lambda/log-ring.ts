/** Keeps the last lines that were added. */
export interface LogRing {
  add(line: string): void;
  lines(): readonly string[];
}

export const createLogRing = (capacity: number): LogRing => {
  const kept: string[] = [];
  return {
    add: (line) => {
      kept.push(line);
      if (kept.length > capacity) kept.shift();
    },
    lines: () => [...kept],
  };
};
