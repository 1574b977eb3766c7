import { expect, test } from 'vitest';
import { joinParts, withProvenance } from '../../../bench/encoders/recorded.ts';

const provenance = { date: 'today', commit: 'c', data: 'd', split: 's', seed: 1, machine: 'm' };

test('a set that is measured later stands beside those measured before, and in place of its older self', () => {
  const before = { routing: { banking77: { accuracy: 0.9 }, clinc150: { accuracy: 0.95 } }, speed: { megabytes: 16 } };
  expect(joinParts(before, { routing: { clinc150: { accuracy: 0.96 } } })).toEqual({
    routing: { banking77: { accuracy: 0.9 }, clinc150: { accuracy: 0.96 } },
    speed: { megabytes: 16 },
  });
});

test('sets that are measured one by one have a provenance each, other parts have one', () => {
  expect(withProvenance('routing', provenance, { banking77: { accuracy: 0.9 } })).toEqual({
    banking77: { ...provenance, accuracy: 0.9 },
  });
  expect(withProvenance('speed', provenance, { megabytes: 16 })).toEqual({ ...provenance, megabytes: 16 });
});
