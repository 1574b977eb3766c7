export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Size on the wire: the limits of Step Functions count UTF-8 bytes of the serialised value. */
export const byteSize = (text: string): number => Buffer.byteLength(text, 'utf8');

/** Text of a value as it appears inside a message or a string template: strings bare, the rest as JSON. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? 'undefined' : JSON.stringify(value);
