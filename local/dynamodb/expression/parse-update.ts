import type { Assigned, UpdateAction } from './syntax.ts';
import type { TokenReader } from './token-reader.ts';

const SECTIONS = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;
type Section = (typeof SECTIONS)[number];

/** Reads a whole update: each of SET, REMOVE, ADD and DELETE at most once, in any order. */
export const readUpdate = (reader: TokenReader): readonly UpdateAction[] => {
  const actions: UpdateAction[] = [];
  const seen = new Set<Section>();
  while (reader.peek().kind !== 'end') {
    const section = SECTIONS.find((name) => reader.skipKeyword(name));
    if (!section) throw reader.unexpected();
    if (seen.has(section)) {
      throw reader.fail(`The "${section}" section can only be used once in an update expression;`);
    }
    seen.add(section);
    actions.push(...reader.readList(() => readAction(reader, section)));
  }
  return actions;
};

const readAction = (reader: TokenReader, section: Section): UpdateAction => {
  const path = reader.readPath();
  switch (section) {
    case 'SET': {
      reader.expectSymbol('=');
      const left = readAssigned(reader);
      const kind = reader.skipSymbol('+') ? 'plus' : reader.skipSymbol('-') ? 'minus' : undefined;
      if (kind) {
        reader.countOperator();
        return { kind: 'set', path, value: { kind, left, right: readAssigned(reader) } };
      }
      return { kind: 'set', path, value: left };
    }
    case 'REMOVE':
      return { kind: 'remove', path };
    case 'ADD':
      return { kind: 'add', path, value: reader.readPlaceholder() };
    case 'DELETE':
      return { kind: 'delete', path, value: reader.readPlaceholder() };
  }
};

const CONDITION_FUNCTIONS: ReadonlySet<string> = new Set([
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'begins_with',
  'contains',
  'size',
]);

const readAssigned = (reader: TokenReader): Assigned => {
  if (reader.peek().kind === 'placeholder') return reader.readPlaceholder();
  if (!reader.atCall()) return reader.readPath();
  const name = reader.take().text;
  reader.countOperator();
  reader.expectSymbol('(');
  const operands = reader.readList(() => readAssigned(reader));
  reader.expectSymbol(')');
  if (CONDITION_FUNCTIONS.has(name)) {
    throw reader.fail(`The function is not allowed in an update expression; function: ${name}`);
  }
  if (name !== 'if_not_exists' && name !== 'list_append') throw reader.fail(`Invalid function name; function: ${name}`);
  const [left, right] = operands;
  if (!left || !right || operands.length !== 2) {
    throw reader.fail(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
    );
  }
  if (name === 'list_append') return { kind: 'list_append', left, right };
  if (left.kind !== 'path')
    throw reader.fail('Operator or function requires a document path; operator or function: if_not_exists');
  return { kind: 'if_not_exists', path: left, otherwise: right };
};
