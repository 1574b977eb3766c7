/**
 * What is known of a condition key for one request: its values, none if the request does not carry the key, undefined where the local
 * cloud cannot tell. The last is an error wherever it would matter.
 */
export type KeyValues = readonly string[] | undefined;

/** Condition keys of one request, by name in lower case: AWS compares names without regard to case. */
export type RequestContext = (key: string) => KeyValues;

/** Members of a request as condition keys; an undefined one is a key that the request does not carry. */
export type Keys = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** The keys of a request, the first that has one winning. */
export const contextOf = (...sources: readonly Keys[]): RequestContext => {
  // Most statements have no condition, so most requests are never asked for a key.
  let values: Map<string, readonly string[]> | undefined;
  const read = (): Map<string, readonly string[]> => {
    const read = new Map<string, readonly string[]>();
    for (const keys of sources.toReversed()) {
      for (const [name, value] of Object.entries(keys)) read.set(name.toLowerCase(), valuesOf(value));
    }
    return read;
  };
  return (key) => (values ??= read()).get(key.toLowerCase());
};

const valuesOf = (value: Keys[string]): readonly string[] => {
  if (value === undefined) return [];
  return typeof value === 'object' ? value : [String(value)];
};
