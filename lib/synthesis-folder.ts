import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '..', '.build', `synthesis-${process.pid}`);

let made = false;

/**
 * Where this process puts what it makes on the way to the cloud assembly, which gets a copy. No other process writes there: two
 * syntheses at once do not disturb each other. It is gone when the process ends.
 */
export const synthesisFolder = (name: string): string => {
  if (!made) process.once('exit', () => rmSync(FOLDER, { recursive: true, force: true }));
  made = true;
  const folder = join(FOLDER, name);
  mkdirSync(folder, { recursive: true });
  return folder;
};
