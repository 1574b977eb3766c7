import { isObject } from '../assembly/json.ts';
import type { JsonObject } from '../assembly/json.ts';
import { suggestion } from '../near-matches.ts';
import { ControlError } from './errors.ts';

/** A request's members, each read once; what nobody reads is refused. */
export interface RequestReader {
  text(member: string): string;
  optionalText(member: string): string | undefined;
  /** A whole number within bounds. */
  count(member: string, fallback: number, max: number): number;
  optionalNumber(member: string): number | undefined;
  optionalNumbers(member: string): readonly number[] | undefined;
  optionalTexts(member: string): readonly string[] | undefined;
  optionalObject(member: string): JsonObject | undefined;
  choice<const Choice extends string>(member: string, choices: readonly Choice[]): Choice;
  optionalChoice<const Choice extends string>(member: string, choices: readonly Choice[]): Choice | undefined;
  /** Names of all members. */
  members(): readonly string[];
  /** @throws ControlError for members that were not read */
  refuseOthers(): void;
}

export const readRequest = (request: unknown): RequestReader => {
  if (!isObject(request)) throw new ControlError('a request is a JSON object');
  const read = new Set<string>();
  const of = (member: string): unknown => {
    read.add(member);
    return request[member] ?? undefined;
  };
  const wrong = (member: string, expected: string): ControlError => {
    const value = request[member];
    return new ControlError(
      `${member} must be ${expected}, ${value === undefined ? 'and is missing' : `not ${JSON.stringify(value)}`}`,
    );
  };
  const optional = <T>(member: string, expected: string, is: (value: unknown) => value is T): T | undefined => {
    const value = of(member);
    if (value === undefined || is(value)) return value;
    throw wrong(member, expected);
  };
  const required = <T>(member: string, expected: string, value: T | undefined): T => {
    if (value === undefined) throw wrong(member, expected);
    return value;
  };
  const optionalText = (member: string): string | undefined => optional(member, 'a text', isText);
  const optionalNumber = (member: string): number | undefined => optional(member, 'a number', isNumber);
  const optionalChoice = <const Choice extends string>(member: string, choices: readonly Choice[]): Choice | undefined => {
    const text = optionalText(member);
    if (text === undefined) return undefined;
    const chosen = choices.find((choice) => choice === text);
    if (chosen === undefined) throw new ControlError(`${member} cannot be ${text}; ${suggestion(text, choices)}`);
    return chosen;
  };

  return {
    optionalText,
    optionalNumber,
    optionalChoice,
    text: (member) => required(member, 'a text', optionalText(member)),
    choice: (member, choices) => required(member, `one of ${choices.join(', ')}`, optionalChoice(member, choices)),
    count: (member, fallback, max) => {
      const number = optionalNumber(member) ?? fallback;
      if (!Number.isInteger(number) || number < 1 || number > max) throw wrong(member, `a whole number from 1 to ${max}`);
      return number;
    },
    optionalNumbers: (member) => optional(member, 'a list of numbers', (value) => isList(value, isNumber)),
    optionalTexts: (member) => optional(member, 'a list of texts', (value) => isList(value, isText)),
    optionalObject: (member) => optional(member, 'an object', isObject),
    members: () => Object.keys(request),
    refuseOthers: () => {
      const other = Object.keys(request).find((member) => !read.has(member));
      if (other !== undefined) throw new ControlError(`${other} is not known here; ${suggestion(other, read)}`);
    },
  };
};

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isList = <T>(value: unknown, is: (one: unknown) => one is T): value is readonly T[] =>
  Array.isArray(value) && value.every((one) => is(one));
