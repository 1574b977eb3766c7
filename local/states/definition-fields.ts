import { isWithin } from '../limit.ts';
import { UnsupportedError } from '../service.ts';
import { isComparison } from './choice.ts';
import type { Problems } from './definition.ts';
import { JSONATA_FIELDS, PATH_FIELDS, TEMPLATE_FIELDS } from './fields.ts';
import { parseExpression } from './intrinsics.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { statesLimits } from './limits.ts';
import { expressionIn, syntaxProblem } from './jsonata.ts';
import { parsePath, PathSyntaxError } from './path.ts';
import type { QueryLanguage, State } from './program.ts';
import { checkReader, checkWriter } from './distributed-fields.ts';

/** Checks the values of one state's fields; which fields it may have is checked elsewhere. */
export const checkState = (
  type: State['Type'],
  language: QueryLanguage,
  json: JsonObject,
  where: string,
  problems: Problems,
): void => {
  if (type !== 'Choice' && type !== 'Succeed' && type !== 'Fail' && (json['Next'] === undefined) === (json['End'] !== true)) {
    problems.invalid(where, 'the state needs either Next or End: true');
  }
  if (type === 'Task' && typeof json['Resource'] !== 'string') problems.invalid(`${where}/Resource`, 'Resource is missing');
  if (type === 'Wait') checkWait(json, where, problems);
  if (type === 'Choice') checkChoices(language, json, where, problems);
  if (type === 'Map') {
    checkReader(json['ItemReader'], language, where, problems);
    checkWriter(json['ResultWriter'], language, where, problems);
  }
  checkRetry(json['Retry'], where, problems);
  checkCatch(json['Catch'], language, where, problems);
  if (language === 'JSONata') for (const field of JSONATA_FIELDS) checkJsonata(json[field], `${where}/${field}`, problems);
  else checkPaths(json, where, problems);
};

const checkWait = (json: JsonObject, where: string, problems: Problems): void => {
  const given = ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'].filter((field) => json[field] !== undefined);
  if (given.length !== 1)
    problems.invalid(where, 'a Wait needs exactly one of Seconds, SecondsPath, Timestamp and TimestampPath');
};

const checkPaths = (json: JsonObject, where: string, problems: Problems): void => {
  for (const [field, kind] of PATH_FIELDS) {
    const path = json[field];
    if (path === undefined || path === null) continue;
    checkExpression(path, kind, `${where}/${field}`, problems);
    if (field === 'ResultPath' && typeof path === 'string' && (path.startsWith('$$') || /\[\*\]|:/.test(path))) {
      problems.invalid(`${where}/${field}`, `'${path}' is no reference path`);
    }
  }
  for (const field of TEMPLATE_FIELDS) checkTemplate(json[field], `${where}/${field}`, problems);
};

const checkTemplate = (template: Json | undefined, where: string, problems: Problems): void => {
  if (Array.isArray(template))
    for (const [i, item] of template.entries()) checkTemplate(item as Json, `${where}[${i}]`, problems);
  if (!isObject(template)) return;
  for (const [key, value] of Object.entries(template)) {
    if (key.endsWith('.$')) checkExpression(value, 'expression', `${where}/${key}`, problems);
    else checkTemplate(value, `${where}/${key}`, problems);
  }
};

const checkExpression = (text: Json, kind: 'path' | 'expression', where: string, problems: Problems): void => {
  if (typeof text !== 'string') return problems.invalid(where, `${JSON.stringify(text)} is not a JSONPath`);
  try {
    if (kind === 'path') parsePath(text);
    else parseExpression(text);
  } catch (error) {
    if (error instanceof UnsupportedError) problems.unsupported(where, error.message);
    else if (error instanceof PathSyntaxError) problems.invalid(where, error.message);
    else throw error;
  }
};

const checkJsonata = (value: Json | undefined, where: string, problems: Problems): void => {
  if (typeof value === 'string') {
    const source = expressionIn(value);
    const problem = source === undefined ? undefined : syntaxProblem(source);
    if (problem !== undefined) problems.invalid(where, `the JSONata expression does not parse (${problem})`);
    else if (source === undefined && /^\s*\{%|%\}\s*$/.test(value))
      problems.invalid(where, 'a JSONata string begins with {% and ends with %}, without spaces around');
  } else if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) checkJsonata(item as Json, `${where}[${i}]`, problems);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) checkJsonata(item, `${where}/${key}`, problems);
  }
};

const checkChoices = (language: QueryLanguage, json: JsonObject, where: string, problems: Problems): void => {
  const choices = json['Choices'];
  if (!Array.isArray(choices) || choices.length === 0) return problems.invalid(`${where}/Choices`, 'Choices is missing or empty');
  for (const [i, rule] of choices.entries()) {
    const at = `${where}/Choices[${i}]`;
    if (!isObject(rule)) problems.invalid(at, 'the choice is not an object');
    else if (typeof rule['Next'] !== 'string') problems.invalid(at, 'the choice has no Next');
    else if (language === 'JSONPath') checkRule(rule, at, 'top', problems);
    else {
      if (rule['Condition'] === undefined) problems.invalid(at, 'the choice has no Condition');
      checkJsonata(rule, at, problems);
      refuseKeys(rule, ['Condition', 'Next', 'Assign', 'Output', 'Comment'], at, problems);
    }
  }
};

const checkRule = (rule: JsonObject, where: string, level: 'top' | 'inner', problems: Problems): void => {
  const outer = level === 'top' ? ['Next', 'Assign', 'Comment'] : ['Comment'];
  const joined = ['And', 'Or'].find((key) => Array.isArray(rule[key]));
  if (joined) {
    refuseKeys(rule, [joined, ...outer], where, problems);
    for (const [i, part] of (rule[joined] as readonly Json[]).entries()) {
      if (isObject(part)) checkRule(part, `${where}/${joined}[${i}]`, 'inner', problems);
    }
    return;
  }
  if (isObject(rule['Not'])) {
    refuseKeys(rule, ['Not', ...outer], where, problems);
    return checkRule(rule['Not'], `${where}/Not`, 'inner', problems);
  }
  const operators = Object.keys(rule).filter(isComparison);
  refuseKeys(rule, ['Variable', ...operators, ...outer], where, problems);
  if (operators.length !== 1) problems.invalid(where, 'a choice needs exactly one comparison operator');
  checkExpression(rule['Variable'] ?? null, 'path', `${where}/Variable`, problems);
  for (const operator of operators)
    if (operator.endsWith('Path')) checkExpression(rule[operator] ?? null, 'path', `${where}/${operator}`, problems);
};

const refuseKeys = (json: JsonObject, known: readonly string[], where: string, problems: Problems): void => {
  for (const key of Object.keys(json)) if (!known.includes(key)) problems.unsupported(`${where}/${key}`, `unknown field ${key}`);
};

const RETRY_FIELDS = [
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
];

const checkRetry = (retry: Json | undefined, where: string, problems: Problems): void => {
  for (const [at, retrier] of entriesOf(retry, `${where}/Retry`, problems)) {
    refuseKeys(retrier, RETRY_FIELDS, at, problems);
    const { IntervalSeconds, MaxAttempts, MaxDelaySeconds, BackoffRate, JitterStrategy } = retrier;
    const { maxAttempts, maxDelay } = statesLimits;
    if (IntervalSeconds !== undefined && !(typeof IntervalSeconds === 'number' && IntervalSeconds >= 1))
      problems.invalid(at, 'IntervalSeconds is below 1');
    if (MaxAttempts !== undefined && !(typeof MaxAttempts === 'number' && isWithin(maxAttempts, MaxAttempts)))
      problems.invalid(at, `MaxAttempts is not within ${maxAttempts.least} to ${maxAttempts.most}`);
    if (MaxDelaySeconds !== undefined && !(typeof MaxDelaySeconds === 'number' && isWithin(maxDelay, MaxDelaySeconds)))
      problems.invalid(at, `MaxDelaySeconds is not within ${maxDelay.least} to ${maxDelay.most}`);
    if (BackoffRate !== undefined && !(typeof BackoffRate === 'number' && BackoffRate >= 1))
      problems.invalid(at, 'BackoffRate is below 1');
    if (JitterStrategy !== undefined && JitterStrategy !== 'FULL' && JitterStrategy !== 'NONE')
      problems.invalid(at, 'JitterStrategy is neither FULL nor NONE');
  }
};

const checkCatch = (catchers: Json | undefined, language: QueryLanguage, where: string, problems: Problems): void => {
  const own = language === 'JSONata' ? ['Output'] : ['ResultPath'];
  for (const [at, catcher] of entriesOf(catchers, `${where}/Catch`, problems)) {
    refuseKeys(catcher, ['ErrorEquals', 'Next', 'Assign', 'Comment', ...own], at, problems);
    if (typeof catcher['Next'] !== 'string') problems.invalid(at, 'the catcher has no Next');
    if (language === 'JSONata') checkJsonata(catcher, at, problems);
    else checkPaths(catcher, at, problems);
  }
};

const entriesOf = (list: Json | undefined, where: string, problems: Problems): readonly (readonly [string, JsonObject])[] => {
  if (list === undefined) return [];
  if (!Array.isArray(list)) {
    problems.invalid(where, 'it is not a list');
    return [];
  }
  return list.flatMap((entry: Json, i) => {
    const at = `${where}[${i}]`;
    if (!isObject(entry) || !Array.isArray(entry['ErrorEquals']) || entry['ErrorEquals'].length === 0) {
      problems.invalid(at, 'ErrorEquals is missing or empty');
      return [];
    }
    if (entry['ErrorEquals'].includes('States.ALL') && (entry['ErrorEquals'].length > 1 || i < list.length - 1)) {
      problems.invalid(at, 'States.ALL must stand alone, in the last entry');
    }
    return [[at, entry] as const];
  });
};
