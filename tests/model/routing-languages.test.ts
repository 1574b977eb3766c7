import { beforeAll, describe, expect, test } from 'vitest';
import type { TrainingExample } from '../../model/examples.ts';
import { openRouting } from '../../model/routing-model.ts';
import type { RoutingModel } from '../../model/routing-model.ts';
import { headOf, predictAll, predictOne } from '../support/predictions.ts';
import { defaultEncoder, ENOUGH_VALIDATION, teamExamples, trainTeams } from '../support/trained-routing.ts';
import { trainingExample } from '../support/training-examples.ts';

describe('a ticket in a language that the encoder does not know', () => {
  const german = (count: number): readonly TrainingExample[] => {
    const said = [
      ['billing', 'Guten Tag, meine Rechnung ist nicht richtig und wurde'],
      ['delivery', 'Hallo, mein Paket ist noch nicht da und der Bote kommt'],
      ['access', 'Ich kann mich nicht anmelden und das Passwort ist'],
      ['hardware', 'Bitte helfen Sie mir, der Drucker ist kaputt und druckt'],
    ] as const;
    const ends = ['seit gestern', 'schon wieder', 'leider', 'zum zweiten Mal', 'heute', 'am Montag', 'immer'];
    return Array.from({ length: count }, (_, at) => {
      const [team, text] = said[at % said.length]!;
      return trainingExample({
        ticketId: `german-${at}`,
        text: `${text} ${ends[at % ends.length]} ${ends[(at * 3 + 1) % ends.length]}`,
        labels: { team },
      });
    });
  };
  let model: RoutingModel;
  beforeAll(async () => {
    const [examples, validation] = [teamExamples(80), teamExamples(ENOUGH_VALIDATION, 2)];
    const artifact = await trainTeams({ examples: [...examples, ...german(20)], validation: [...validation, ...german(60)] });
    model = await openRouting(artifact, await defaultEncoder());
  });
  const TEXT = 'Hallo, mein Paket ist noch nicht da, wann kommt der Bote?';

  test('is judged by the linear classifier alone, and says so', async () => {
    const prediction = await predictOne(model, TEXT);
    expect(prediction).toMatchObject({
      language: 'de',
      knownLanguage: false,
      heads: { team: { label: 'delivery', known: true } },
    });
    const { linear, manifest } = model.heads[0]!;
    const scores = linear.score(model.vectorizer.vectorize([TEXT])).map((score) => manifest.words!.weight * score);
    const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
    const delivery = manifest.labels.indexOf('delivery');
    expect(headOf(prediction, 'team').probability).toBeCloseTo(Math.exp(scores[delivery]!) / total, 6);
  });

  test('has an explanation that adds up to that score', async () => {
    const { explanation, explained } = await predictOne(model, TEXT);
    const { score, others, remainder } = explained['team']!;
    const named = explanation['team']!.reduce((sum, { contribution }) => sum + contribution, 0);
    expect(named + others + remainder).toBeCloseTo(score, 6);
    const { linear, manifest } = model.heads[0]!;
    const bias = linear.relativeBias(manifest.labels.indexOf('delivery'));
    expect(remainder).toBeCloseTo(manifest.words!.weight * bias, 2);
    expect(explanation['team']!.map(({ feature }) => feature).join(' ')).toContain('paket');
  });

  test('that is about nothing of the kind is not known', async () => {
    const { heads, knownLanguage } = await predictOne(
      model,
      'Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich und zurück',
    );
    expect({ known: heads['team']!.known, knownLanguage }).toEqual({ known: false, knownLanguage: false });
  });

  test('does not change what is said of others beside it', async () => {
    const english = 'Hello, my invoice was billed twice';
    const [beside] = await predictAll(model, [english, TEXT]);
    expect(beside).toMatchObject({ language: 'en', knownLanguage: true });
    expect(headOf(beside!, 'team').probability).toBeCloseTo(headOf(await predictOne(model, english), 'team').probability, 6);
  });

  test('is no ticket whose language cannot be told', async () => {
    const prediction = await predictOne(model, 'refund?');
    expect(prediction.knownLanguage).toBe(true);
    expect(prediction).not.toHaveProperty('language');
  });

  test('is judged like all others by a model of an earlier version, which does not say so', async () => {
    const earlier = {
      ...model,
      heads: model.heads.map((head) => ({ ...head, manifest: { ...head.manifest, words: undefined } })),
    };
    const prediction = await predictOne(earlier, TEXT);
    expect(prediction.language).toBe('de');
    expect(prediction).not.toHaveProperty('knownLanguage');
  });
});
