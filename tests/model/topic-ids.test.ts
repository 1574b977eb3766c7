import { describe, expect, test } from 'vitest';
import { assignTopicIds } from '../../model/topic-ids.ts';

const DIMENSION = 2;
const east = [1, 0] as const;
const north = [0, 1] as const;
const nearlyEast = [0.995, 0.0999] as const;

describe('topic ids', () => {
  test('a topic continues the nearest earlier one, and each id is given once', () => {
    const previous = { ids: ['t-east', 't-north'], centroids: Float32Array.of(...east, ...north) };
    const [first, second, third] = assignTopicIds(Float32Array.of(...nearlyEast, ...east, ...north), DIMENSION, previous);
    expect([second, third]).toEqual(['t-east', 't-north']);
    expect(first).toMatch(/^t-[0-9a-f]{8}$/u);
  });

  test('a new topic has an id of its own that its centroid decides', () => {
    const [first] = assignTopicIds(Float32Array.of(...east), DIMENSION, undefined);
    expect(assignTopicIds(Float32Array.of(...north, ...east), DIMENSION, undefined)[1]).toBe(first);
  });

  test('an id of an earlier topic is never given to another one', () => {
    const [made] = assignTopicIds(Float32Array.of(...east), DIMENSION, undefined);
    const previous = { ids: [made!], centroids: Float32Array.of(...north) };
    expect(assignTopicIds(Float32Array.of(...east), DIMENSION, previous)[0]).not.toBe(made);
  });
});
