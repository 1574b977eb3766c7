import { UserError } from './user-error.ts';

/** What the system refuses, and what to do, for a file or folder of this name. */
const REFUSALS: Readonly<Record<string, (path: string) => string>> = {
  EACCES: (path) => `There is no permission to read or write ${path}; change its owner or its rights, or choose another place.`,
  EPERM: (path) => `There is no permission to read or write ${path}; change its owner or its rights, or choose another place.`,
  EROFS: (path) => `${path} is on a file system that cannot be written; choose another place.`,
  ENOSPC: (path) => `The disk is full: ${path} could not be written. Free some space and try again.`,
  EDQUOT: (path) => `Your share of the disk is used up: ${path} could not be written. Free some space and try again.`,
  ENOTDIR: (path) => `${path} goes through a file as if it were a folder; check the path.`,
  EEXIST: (path) => `${path} is there already, as something else; choose another place.`,
};

/** What the system says of a file that is nobody's defect, as a sentence; undefined for everything else. */
export const fileMistake = (error: unknown): UserError | undefined => {
  if (!(error instanceof Error)) return undefined;
  const { code, path } = error as NodeJS.ErrnoException;
  const refusal = code !== undefined && Object.hasOwn(REFUSALS, code) ? REFUSALS[code] : undefined;
  return refusal === undefined || path === undefined ? undefined : new UserError(refusal(path), { cause: error });
};
