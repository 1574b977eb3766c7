import type { Section } from './state.ts';

/** A map whose entries outlive the run. */
export interface KeptMap<T> {
  get(key: string): T | undefined;
  has(key: string): boolean;
  values(): Iterable<T>;
  set(key: string, value: T): void;
  delete(key: string): void;
}

export const keptMap = <T>(kept: Section<T>): KeptMap<T> => {
  const entries = new Map(kept.restored());
  return {
    get: (key) => entries.get(key),
    has: (key) => entries.has(key),
    values: () => entries.values(),
    set: (key, value) => {
      entries.set(key, value);
      kept.put(key, value);
    },
    delete: (key) => {
      entries.delete(key);
      kept.remove(key);
    },
  };
};
