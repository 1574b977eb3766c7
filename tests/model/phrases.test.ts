import { describe, expect, test } from 'vitest';
import { nameByPhrases } from '../../model/phrases.ts';

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

  test.each([400, 401, 527, 1_029])('of %i texts come from texts all over the group', (size) => {
    const group = Array.from({ length: size }, (_, at) => `my refund ${at % 2 === 0 ? 'is late' : 'is not there'}`);
    const [refunds, crashes] = nameByPhrases(
      [...group, 'the app crashes', 'app crashes'],
      new Int32Array(size + 2).fill(1, size),
      2,
    );
    expect(refunds![0]).toContain('refund');
    expect(crashes![0]).toBe('app crashes');
  });

  test('are no common words of another language', () => {
    const dutch = Array.from({ length: 6 }, (_, at) => `hallo, ik wil graag mijn pakket ${at}, het is er nog niet`);
    expect(nameByPhrases([...dutch, ...texts], new Int32Array(10).fill(1, 6), 2)[0]![0]).toBe('pakket');
  });
});
