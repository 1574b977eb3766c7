/** A test that another implementation fails, and why that is no defect of the local cloud. */
export interface ExplainedDifference {
  /** Of the test's whole name. */
  readonly test: RegExp;
  readonly reason: string;
}

const WORDING =
  'the same refusal in other words: DynamoDB Local has its own for this one, the service answers what the test says';

export const ofDynamoDbLocal: readonly ExplainedDifference[] = [
  {
    test: /38 digits are kept|a missing key is refused|a key of another type|a key over 2048|a set with a repeated|a number that is none/,
    reason: WORDING,
  },
  { test: /^a query with .* is refused$|a wrong type for an index key is refused/, reason: WORDING },
  { test: /a caller that changes what it sent/, reason: 'it is about calls within one process; the SDK copies what it sends' },
  { test: /an attribute may be called __proto__/, reason: 'the SDK’s client loses such an attribute when it reads the answer' },
  {
    test: /an unknown table, action or parameter is refused by name/,
    reason: 'it is about what the local cloud does not know: PartiQL, legacy parameters',
  },
  { test: /are described with their keys, indexes and sizes/, reason: 'its ARNs name the region ddblocal' },
  {
    test: /UPDATED_OLD and UPDATED_NEW return the touched paths alone/,
    reason: 'it returns the whole attribute; the API reference promises only the updated parts',
  },
];

export const ofMoto: readonly ExplainedDifference[] = [
  {
    test: /^a field an empty list, which holds no value$/,
    reason: 'moto takes an empty list for a value; EventBridge looks at leaves, and an empty list has none',
  },
  {
    test: /on a list of objects must hold for one and the same of them/,
    reason: 'moto does not look into lists of objects; EventBridge does, each object for itself',
  },
  {
    test: /reference paths go through names in brackets and indices/,
    reason: 'moto wraps what a definite path with an index finds in a list',
  },
  { test: /the context object and variables can be read/, reason: 'moto needs more than its own package to read variables' },
  {
    test: /a path that leads nowhere fails|an intrinsic function that cannot be computed/,
    reason: 'moto ends in an error of its own program',
  },
  {
    test: /States\.Format|States\.Array\(\$\.a, 'x', true, null\)/,
    reason: 'moto writes objects as Java would, drops null, and knows no escaped quote',
  },
  {
    test: /a choice by .*Timestamp(?:LessThan|Equals)/,
    reason: 'moto reads timestamps with Z only; the language takes RFC 3339 with any offset',
  },
  {
    test: /a choice by .*\$\.gone.*NumericEquals|a choice without a match and without a Default/,
    reason: 'moto answers no, or an error of its own program, where the language names an error',
  },
  { test: /what a Pass puts at a path is what a path reads there/, reason: 'moto gives no output where it is null' },
];
