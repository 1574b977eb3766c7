import { dynamoDbLimits } from '../limits.ts';
import type { Comparator, Condition, DocumentPath, Operand } from './syntax.ts';
import type { TokenReader } from './token-reader.ts';

const COMPARATORS: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);

const UPDATE_FUNCTIONS: ReadonlySet<string> = new Set(['if_not_exists', 'list_append']);

/** Reads a whole condition: OR binds weakest, then AND, then NOT. */
export const readCondition = (reader: TokenReader): Condition => {
  const condition = readOr(reader);
  reader.expectEnd();
  return condition;
};

const readOr = (reader: TokenReader): Condition => {
  let condition = readAnd(reader);
  while (reader.skipKeyword('OR')) {
    reader.countOperator();
    condition = { kind: 'or', left: condition, right: readAnd(reader) };
  }
  return condition;
};

const readAnd = (reader: TokenReader): Condition => {
  let condition = readNot(reader);
  while (reader.skipKeyword('AND')) {
    reader.countOperator();
    condition = { kind: 'and', left: condition, right: readNot(reader) };
  }
  return condition;
};

const readNot = (reader: TokenReader): Condition => {
  if (reader.skipKeyword('NOT')) {
    reader.countOperator();
    return { kind: 'not', condition: readNot(reader) };
  }
  if (reader.atSymbol('(')) return readParenthesised(reader);
  if (reader.atCall() && reader.peek().text !== 'size') return readTest(reader);
  return readComparison(reader);
};

const readParenthesised = (reader: TokenReader): Condition => {
  reader.expectSymbol('(');
  const doubled = reader.atSymbol('(');
  const condition = readOr(reader);
  // `((a = b))`, but not `((a = b) AND c = d)`, is refused by DynamoDB.
  if (doubled && parenthesised.has(condition)) throw reader.fail('The expression has redundant parentheses;');
  reader.expectSymbol(')');
  parenthesised.add(condition);
  return condition;
};

const parenthesised = new WeakSet<Condition>();

const readTest = (reader: TokenReader): Condition => {
  reader.countOperator();
  const name = reader.take().text;
  reader.expectSymbol('(');
  const operands = reader.readList(() => readOperand(reader));
  reader.expectSymbol(')');
  const count = (expected: number): void => {
    if (operands.length === expected) return;
    throw reader.fail(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
    );
  };
  switch (name) {
    case 'attribute_exists':
    case 'attribute_not_exists':
      count(1);
      return { kind: name, path: asPath(reader, name, operands[0] as Operand) };
    case 'attribute_type':
    case 'begins_with':
    case 'contains': {
      count(2);
      const [left, right] = operands as [Operand, Operand];
      checkDistinct(reader, name, left, [right]);
      return { kind: name, left, right };
    }
    default:
      if (UPDATE_FUNCTIONS.has(name)) {
        throw reader.fail(`The function is not allowed in a condition expression; function: ${name}`);
      }
      throw reader.fail(`Invalid function name; function: ${name}`);
  }
};

const asPath = (reader: TokenReader, name: string, operand: Operand): DocumentPath => {
  if (operand.kind === 'path') return operand;
  throw reader.fail(`Operator or function requires a document path; operator or function: ${name}`);
};

const readComparison = (reader: TokenReader): Condition => {
  reader.countOperator();
  const operand = readOperand(reader);
  if (reader.skipKeyword('BETWEEN')) {
    const lower = readOperand(reader);
    reader.expectKeyword('AND');
    return { kind: 'between', operand, lower, upper: readOperand(reader) };
  }
  if (reader.skipKeyword('IN')) {
    reader.expectSymbol('(');
    const candidates = reader.readList(() => readOperand(reader));
    reader.expectSymbol(')');
    if (candidates.length > dynamoDbLimits.candidates.most) {
      throw reader.fail(
        `Incorrect number of operands for operator or function; operator or function: IN, number of operands: ${candidates.length}`,
      );
    }
    return { kind: 'in', operand, candidates };
  }
  if (!COMPARATORS.has(reader.peek().text)) throw reader.unexpected();
  const comparator = reader.take().text as Comparator;
  const right = readOperand(reader);
  checkDistinct(reader, comparator, operand, [right]);
  return { kind: 'compare', comparator, left: operand, right };
};

const readOperand = (reader: TokenReader): Operand => {
  if (reader.peek().kind === 'placeholder') return reader.readPlaceholder();
  if (!reader.atCall()) return reader.readPath();
  const name = reader.peek().text;
  if (name !== 'size') {
    const known = ['attribute_exists', 'attribute_not_exists', 'attribute_type', 'begins_with', 'contains'].includes(name);
    if (known) throw reader.fail(`The function is not allowed to be used this way in an expression; function: ${name}`);
    throw reader.fail(`Invalid function name; function: ${name}`);
  }
  reader.take();
  reader.countOperator();
  reader.expectSymbol('(');
  const of = asPath(reader, 'size', readOperand(reader));
  reader.expectSymbol(')');
  return { kind: 'size', of };
};

const checkDistinct = (reader: TokenReader, operator: string, first: Operand, rest: readonly Operand[]): void => {
  const text = JSON.stringify(first);
  if (first.kind === 'path' && rest.some((operand) => JSON.stringify(operand) === text)) {
    throw reader.fail(
      `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}`,
    );
  }
};
