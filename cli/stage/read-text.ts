import { readFile } from 'node:fs/promises';
import { UserError } from '../user-error.ts';
import type { StageSurroundings } from './surroundings.ts';

/**
 * A file's text; `-` is standard input.
 * @throws UserError where it cannot be read
 */
export const readText = async (file: string, around: Pick<StageSurroundings, 'readInput'>): Promise<string> => {
  if (file === '-') return around.readInput();
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
};
