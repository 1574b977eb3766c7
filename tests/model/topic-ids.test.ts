import { describe, expect, test } from 'vitest';
import { nameByPhrases } from '../../model/phrases.ts';
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

describe('names of groups', () => {
  const texts = ['my refund not received yet', 'refund not received', 'the app crashes at login', 'app crashes again'];

  test('are the phrases that tell a group from the others', () => {
    const [refunds, crashes] = nameByPhrases(texts, Int32Array.of(0, 0, 1, 1), 2);
    expect(refunds![0]).toBe('refund not received');
    expect(crashes![0]).toBe('app crashes');
  });

  test('do not repeat a phrase in other words', () => {
    const [refunds] = nameByPhrases(texts, Int32Array.of(0, 0, 1, 1), 2);
    expect(refunds).toEqual(['refund not received']);
  });

  test('two groups about the same thing are named differently', () => {
    const [first, second] = nameByPhrases([...texts.slice(0, 2), ...texts.slice(0, 2)], Int32Array.of(0, 0, 1, 1), 2);
    expect(first![0]).not.toBe(second![0]);
  });

  test('count forms of one word as one, and are written as most texts write them', () => {
    const given = ['charged twice for it', 'they charge twice', 'was charged twice', 'where is my parcel', 'parcel is late'];
    expect(nameByPhrases(given, Int32Array.of(0, 0, 0, 1, 1), 2)[0]![0]).toBe('charged twice');
  });

  test('may begin with a negation and end with the particle of a verb, and leave out the letters of numbers', () => {
    const given = ['it is not charging, LS-48213', 'not charging LS-48219', 'how do i top up', 'can i top up here'];
    const [first, second] = nameByPhrases(given, Int32Array.of(0, 0, 1, 1), 2);
    expect(first![0]).toBe('not charging');
    expect(second![0]).toBe('top up');
  });

  test('join two phrases where one alone says too little of the group', () => {
    const given = ['card was declined', 'declined again, this card', 'card to arrive', 'card to order', 'card lost', 'my card'];
    const [declined] = nameByPhrases([...given, 'a parcel'], Int32Array.of(0, 0, 1, 1, 1, 1, 1), 2);
    expect(declined![0]).toMatch(/declined/u);
  });

  test('a group without words in common has no name', () => {
    expect(nameByPhrases(['😀', 'hello', 'why'], Int32Array.of(0, 0, 0), 1)).toEqual([[]]);
  });
});
