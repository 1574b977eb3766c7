import { describe, expect, test } from 'vitest';
import { recombineTickets } from '../../bench/recombined-tickets.ts';
import type { TrainingExample } from '../../model/examples.ts';

const examples = ['a', 'b', 'c'].flatMap((label) =>
  Array.from({ length: 8 }, (_, index): TrainingExample => ({
    ticketId: `${label}-${index}`,
    time: '2026-01-01T00:00:00.000Z',
    text: `${label}${index}-one ${label}${index}-two ${label}${index}-three ${label}${index}-four`,
    labels: { intent: label },
  })),
);
const recombined = (count: number, labelCount: number, seed = 1): readonly TrainingExample[] =>
  recombineTickets(examples, 'intent', count, labelCount, seed);

describe('recombined tickets', () => {
  test('are halves of two texts of their label', () => {
    for (const { text, labels } of recombined(60, 3)) {
      const words = text.split(' ');
      expect(words.map((word) => word.slice(word.indexOf('-') + 1))).toEqual(['one', 'two', 'three', 'four']);
      expect(new Set(words.map((word) => word[0]))).toEqual(new Set([labels['intent']!]));
    }
  });

  test('have as many labels as asked for, spread alike, each with first halves of its own', () => {
    const tickets = recombined(700, 7);
    const firstHalves = Map.groupBy(tickets, ({ labels }) => labels['intent']!);
    expect(firstHalves.size).toBe(7);
    for (const own of firstHalves.values()) expect(own).toHaveLength(100);
    const owners = Map.groupBy(tickets, ({ text }) => text.split(' ')[0]!);
    for (const own of owners.values()) expect(new Set(own.map(({ labels }) => labels['intent'])).size).toBe(1);
  });

  test('are the same for the same seed, and others for another', () => {
    expect(recombined(30, 3)).toEqual(recombined(30, 3));
    expect(recombined(30, 3, 2)).not.toEqual(recombined(30, 3));
  });

  test('of fewer labels than there are are refused', () => {
    expect(() => recombined(30, 2)).toThrow(/2 labels are fewer than the 3/u);
  });
});
