import type { Json, JsonObject } from './json.ts';

/** Variables of a program. Inner programs read the outer ones; what they assign stays with them. */
export interface VariableScope {
  read(name: string): Json | undefined;
  assign(values: JsonObject): void;
  /** What this program itself has assigned. */
  own(): JsonObject;
  /** Every visible variable, the innermost value of each. */
  all(): JsonObject;
}

export const createScope = (outer?: VariableScope): VariableScope => {
  const own = new Map<string, Json>();
  return {
    read: (name) => own.get(name) ?? (own.has(name) ? null : outer?.read(name)),
    assign: (values) => {
      for (const [name, value] of Object.entries(values)) own.set(name, value);
    },
    own: () => Object.fromEntries(own),
    all: () => ({ ...outer?.all(), ...Object.fromEntries(own) }),
  };
};
