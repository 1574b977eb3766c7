import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_CARRIED_TEXT_BYTES } from '../../../core/contracts/ticket-event.ts';
import { cutToCarry } from '../../../core/event/carry-text.ts';

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

describe('the text that events carry', () => {
  test('is the whole text where it is short, without a reference', () => {
    expect(cutToCarry('Refund', 'Where?', 'key')).toEqual({ carried: { subject: 'Refund', body: 'Where?' }, whole: undefined });
  });

  test('is the first 32 KB of a long text, with a reference to the whole of it', () => {
    const body = 'é'.repeat(100_000);
    const { carried, whole } = cutToCarry('Refund', body, 'key');
    expect(bytesOf(carried.body)).toBe(MAX_CARRIED_TEXT_BYTES);
    expect(carried.ref).toBe('key');
    expect(whole).toBe(`Refund\n${body}`);
  });

  test('ends with a whole character, and is the beginning of the text', () => {
    const character = fc.constantFrom('a', 'é', '€', '🚲', '\uFEFF', '\uFFFD');
    fc.assert(
      fc.property(fc.array(character, { maxLength: 6 }), character, (start, repeated) => {
        const body = start.join('') + repeated.repeat(MAX_CARRIED_TEXT_BYTES);
        const { carried } = cutToCarry('', body, 'key');
        expect(body.startsWith(carried.body)).toBe(true);
        expect(carried.body.isWellFormed()).toBe(true);
        expect(bytesOf(carried.body)).toBeGreaterThan(MAX_CARRIED_TEXT_BYTES - 4);
        expect(bytesOf(carried.body)).toBeLessThanOrEqual(MAX_CARRIED_TEXT_BYTES);
      }),
    );
  });

  test('has a subject of whole characters, too', () => {
    const { carried } = cutToCarry(`x${'🚲'.repeat(600)}`, 'Where?', 'key');
    expect(carried.subject.isWellFormed()).toBe(true);
    expect(carried).toMatchObject({ body: 'Where?', ref: 'key' });
  });
});
