import { expect, test } from 'vitest';
import { decisionSchema } from '../../../core/contracts/bus-event.ts';
import { routingPredictionSchema } from '../../../core/contracts/scoring.ts';
import { decided, ticket } from '../../support/decided-tickets.ts';

test('an answer of a model that names no past tickets is read as one without any', () => {
  const answer = { id: 'a', heads: {}, embedding: '', embeddingSpace: 'tests', explanation: {} };
  expect(routingPredictionSchema.parse(answer)).toEqual({ ...answer, explained: {}, similar: [] });
});

test('an answer or a decision that says nothing of the language is read as it is; one that does keeps it', () => {
  const answer = { id: 'a', heads: {}, embedding: '', embeddingSpace: 'tests', explanation: {}, explained: {}, similar: [] };
  const { decision } = decided(ticket(1));
  for (const writtenIn of [{}, { knownLanguage: true }, { language: 'de', knownLanguage: false }]) {
    expect(routingPredictionSchema.parse({ ...answer, ...writtenIn })).toEqual({ ...answer, ...writtenIn });
    expect(decisionSchema.parse({ ...decision, ...writtenIn })).toEqual({ ...decision, ...writtenIn });
  }
});

test('a decision that was stored before decisions kept past tickets is read as one without any', () => {
  const { similar, ...earlier } = decided(ticket(1)).decision;
  expect(decisionSchema.parse(earlier)).toEqual({ ...earlier, similar });
});
