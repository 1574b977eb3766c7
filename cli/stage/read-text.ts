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
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new UserError(`There is no file ${file}; check the path.`, { cause: error });
    if (code === 'EISDIR') throw new UserError(`${file} is a folder; name a file in it.`, { cause: error });
    throw new UserError(`${file} cannot be read (${code ?? String(error)}).`, { cause: error });
  }
};
