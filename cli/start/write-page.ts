import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { reasonOf } from '../../model/errors.ts';
import { UserError } from '../user-error.ts';

/** @throws UserError where the file cannot be written */
export const writePage = (file: string, page: string): void => {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, page);
  } catch (error) {
    throw new UserError(`The page cannot be written to ${file} (${reasonOf(error)}).`, { cause: error });
  }
};
