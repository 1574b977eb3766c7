import { describe, expect, test } from 'vitest';
import type { PredictedHead, PredictedTicket } from '../../../cli/predict/prediction.ts';
import { predictionText, rowText } from '../../../cli/predict/print-prediction.ts';

const head = (fields: Partial<PredictedHead> = {}): PredictedHead => ({
  label: 'shipping',
  probability: 0.87,
  sure: true,
  threshold: 0.8,
  outOfScope: false,
  alternatives: [],
  why: [{ feature: 'parcel', contribution: 2 }],
  score: 2.5,
  others: 0.2,
  remainder: 0.3,
  ...fields,
});

const ticket = (fields: Partial<PredictedTicket> = {}): PredictedTicket => ({
  row: 2,
  heads: { team: head() },
  similar: [],
  knownLanguage: true,
  ...fields,
});

const linesOf = (fields: Partial<PredictedHead>): readonly string[] =>
  predictionText('Where is it?', ticket({ heads: { team: head(fields) } })).split('\n');

describe('a printed prediction', () => {
  test('says label, how sure it is, and that the ticket would go by itself', () => {
    expect(linesOf({})).toEqual([
      '"Where is it?"',
      '  team: shipping, 87 % sure: would go by itself',
      '    for it speaks "parcel"',
    ]);
  });

  test('says why a person should decide', () => {
    expect(linesOf({ sure: false, threshold: 0.9 })).toContain(
      '  team: shipping, 87 % sure, and 90 % are asked: a person should decide',
    );
    expect(linesOf({ sure: false, outOfScope: true })).toContain(
      '  team: shipping, 87 % sure, but unlike anything that the model has seen: a person should decide',
    );
  });

  test('says which language the text is in where the encoder does not know it', () => {
    const [, second] = predictionText('Wo ist es?', ticket({ language: 'de', knownLanguage: false })).split('\n');
    expect(second).toBe("  written in German, which this model's encoder does not know: judged by its words and letters alone");
    expect(predictionText('Where is it?', ticket({ language: 'en' }))).toBe(predictionText('Where is it?', ticket()));
  });

  test('names the words for and against that weigh something, and the text as a whole where no word does', () => {
    const why = [
      { feature: 'my parcel', contribution: 2 },
      { feature: 'refund', contribution: -1 },
      { feature: 'courier', contribution: 0.5 },
      { feature: 'the', contribution: 0.3 },
    ];
    expect(linesOf({ why }).slice(2)).toEqual(['    for it speak "my parcel", "courier"', '    against it "refund"']);
    expect(linesOf({ why, remainder: 2.1 })).toEqual(linesOf({ why }));
    expect(linesOf({ why: [], remainder: -0.1 }).slice(2)).toEqual(['    against it the text as a whole']);
  });

  test('names past tickets by their id or their row, with what people made of them', () => {
    const similar = [
      { ticketId: 'T-17', similarity: 0.9, labels: { team: 'shipping' } },
      { ticketId: 'row 12', similarity: 0.8, labels: { team: 'billing' } },
    ];
    expect(predictionText('x', ticket({ similar }))).toMatch(/\n {2}most like: T-17 \(shipping\), row 12 \(billing\)$/);
    const rows = [{ ticketId: 'row 000000017', similarity: 0.9, labels: { team: 'shipping', priority: 'low' } }];
    expect(predictionText('x', ticket({ similar: rows, heads: { priority: head(), team: head(), channel: head() } }))).toMatch(
      /\n {2}most like: row 17 \(priority low, team shipping\) of the training file$/,
    );
  });

  test('of a row of a file begins with the row, and a row without text says so', () => {
    expect(rowText('Where is it?', ticket())).toMatch(/^row 2: "Where is it\?"\n/);
    expect(rowText('', { row: 3, error: { code: 'EmptyText', message: 'The text is empty.' } })).toBe(
      'row 3: ""\n  The text is empty.',
    );
  });
});
