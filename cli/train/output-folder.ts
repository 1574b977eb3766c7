import { chmod, mkdir, mkdtemp, readFile, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parseManifest } from '../../model/manifest.ts';
import { listed } from '../table/note.ts';
import { UserError } from '../user-error.ts';

const MANIFEST = 'manifest.json';
const MODEL_CARD = 'MODEL.md';

/** Where a model is written until it is whole, and how it gets to its place. */
export interface OutputFolder {
  /** Empty, beside the place. */
  readonly draft: string;
  /** Puts the draft in its place, in one step; an earlier model is gone then. */
  readonly publish: () => Promise<void>;
  /** Takes away what is not published. */
  readonly discard: () => Promise<void>;
}

/** Which earlier content may be replaced. */
export type Replace = 'nothing' | 'a model';

/** @throws UserError where the folder cannot be written */
export const openOutput = async (folder: string): Promise<OutputFolder> => {
  const place = resolve(folder);
  const draft = await mkdir(dirname(place), { recursive: true })
    .then(() => mkdtemp(join(dirname(place), `.${basename(place)}-`)))
    .catch((cause: NodeJS.ErrnoException) => {
      throw new UserError(`${folder} cannot be written (${cause.code ?? cause.message}); name another folder with --out.`, {
        cause,
      });
    });
  const earlier = `${draft}-earlier`;
  return {
    draft,
    publish: async () => {
      // A temporary folder is for its owner alone; a model is for whoever may read the folder above.
      await chmod(draft, 0o777 & ~process.umask());
      await rename(place, earlier).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'ENOENT') throw cause;
      });
      await rename(draft, place);
      await rm(earlier, { recursive: true, force: true });
    },
    discard: () => rm(draft, { recursive: true, force: true }),
  };
};

/** @throws UserError where the folder holds something that is not to be replaced */
export const checkOutput = async (folder: string, replace: Replace): Promise<void> => {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw new UserError(
      cause.code === 'ENOTDIR'
        ? `${folder} is a file; name a folder with --out.`
        : `${folder} cannot be read (${cause.code ?? cause.message}).`,
      { cause },
    );
  });
  if (names.length === 0) return;
  const own = await namesOfModel(folder);
  if (own === undefined)
    throw new UserError(
      `${folder} is not empty and holds no model; name a new or empty folder with --out, so that nothing is lost.`,
    );
  if (replace === 'nothing')
    throw new UserError(`${folder} holds an earlier model; add --force to replace it, or name another folder with --out.`);
  const foreign = names.filter((name) => !own.has(name));
  if (foreign.length > 0)
    throw new UserError(`${folder} holds more than a model (${listed(foreign, 3)}); move that away, so that it is not lost.`);
};

/** Names of what the model in a folder consists of; undefined where there is none. */
const namesOfModel = async (folder: string): Promise<ReadonlySet<string> | undefined> => {
  try {
    const { files } = parseManifest(JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')));
    return new Set([MANIFEST, MODEL_CARD, ...files.map(({ name }) => name.split('/')[0]!)]);
  } catch {
    return undefined;
  }
};
