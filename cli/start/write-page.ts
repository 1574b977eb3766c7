import { accessSync, constants, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { reasonOf } from '../../model/errors.ts';
import { UserError } from '../user-error.ts';

/**
 * Makes sure, before minutes go into what is to stand in it, that a page can be written.
 * @throws UserError where it cannot
 */
export const checkPage = (file: string): void =>
  orSaid(file, () => {
    mkdirSync(dirname(file), { recursive: true });
    accessSync(dirname(file), constants.W_OK);
    if (!existsSync(file)) return;
    if (statSync(file).isDirectory()) throw new UserError(`${file} is a folder; name a file for the page.`);
    accessSync(file, constants.W_OK);
  });

/** @throws UserError where the file cannot be written */
export const writePage = (file: string, page: string): void =>
  orSaid(file, () => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, page);
  });

const orSaid = (file: string, act: () => void): void => {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`The page cannot be written to ${file} (${reasonOf(error)}).`, { cause: error });
  }
};
