import { expect, test } from 'vitest';
import { announceEncoding } from '../../../core/retrain/announce-encoding.ts';
import { anEncoder, minutesLater } from '../../support/retraining-builders.ts';

const times = Array.from({ length: 10_000 }, (_, minute) => minutesLater(minute));
const earlier = { encoder: anEncoder.hash, texts: 9_000, until: minutesLater(8_999) };

test('before the first training everything has to be encoded, at the speed that was measured elsewhere', () => {
  expect(announceEncoding({ ...anEncoder, msPerTicket: 60 }, times, undefined)).toEqual({
    encoder: 'use-lite',
    tickets: 10_000,
    takenUp: 0,
    minutes: 10,
    usd: 0.0383,
    sentence:
      '10,000 tickets have to be encoded with use-lite: about 10 min, about $0.04 of training on ml.m5.xlarge at list prices of us-east-1.',
  });
});

test('later only what is newer, at the speed of the last training', () => {
  expect(announceEncoding(anEncoder, times, { ...earlier, msPerText: 6 })).toMatchObject({
    tickets: 1_000,
    takenUp: 9_000,
    minutes: 0.1,
    sentence:
      '1,000 tickets have to be encoded with use-lite (9,000 are already): about 6 s, under $0.01 of training on ml.m5.xlarge at list prices of us-east-1.',
  });
});

test('an unchanged history takes nothing, and an exchanged encoder everything', () => {
  const all = { ...earlier, until: minutesLater(9_999), msPerText: 6 };
  expect(announceEncoding(anEncoder, times, all)).toMatchObject({
    tickets: 0,
    minutes: 0,
    usd: 0,
    sentence: 'Nothing has to be encoded: an earlier training has encoded all 10,000 tickets with use-lite.',
  });
  const other = { name: 'minilm', hash: 'm'.repeat(64), msPerTicket: 16 };
  expect(announceEncoding(other, times, all)).toMatchObject({ tickets: 10_000, takenUp: 0, minutes: 2.7 });
});

test('nothing is made up of an encoder that nobody has measured', () => {
  const announced = announceEncoding({ ...anEncoder, name: 'new', msPerTicket: undefined }, times, undefined);
  expect(announced).toMatchObject({ tickets: 10_000, minutes: null, usd: null });
  expect(announced.sentence).toBe(
    '10,000 tickets have to be encoded with new; how long that takes is not known: `encoder check new` measures it before the next deployment.',
  );
});
