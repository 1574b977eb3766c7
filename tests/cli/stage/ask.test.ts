import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { askOn } from '../../../cli/stage/surroundings.ts';
import { UserError } from '../../../cli/user-error.ts';

/** What a person types, at what readline takes for a terminal. */
const typing = (keys: string): Promise<string> => {
  const input = new PassThrough();
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  output.resume();
  const answer = askOn(input, output, 'Go on? ');
  input.write(keys);
  return answer;
};

describe('a question at the terminal', () => {
  test('is answered by a line', async () => {
    expect(await typing('yes\r')).toBe('yes');
  });

  test.for([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ] as const)('that is ended with %s changes nothing, and says so without a stack trace', async ([, key]) => {
    const refused = typing(key);
    await expect(refused).rejects.toThrow(UserError);
    await expect(refused).rejects.toThrow('Nothing was changed.');
  });
});
