import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sha256 } from '../../model/encoder/encoder-files.ts';
import { importEncoder } from '../../model/encoder/import-encoder.ts';
import { DEFAULT_ENCODER, isEncoderName } from '../../model/encoder/installed-encoders.ts';
import { ENCODER_GRAPH, ENCODER_MANIFEST, parseEncoderManifest } from '../../model/encoder/manifest.ts';
import { openEncoder } from '../../model/encoder/open-encoder.ts';
import { FACT_FILES, factsOf } from '../../model/encoder/source-facts.ts';
import type { SourceFacts } from '../../model/encoder/source-facts.ts';
import { UsageError, UserError } from '../user-error.ts';
import { chooseGraph, chooseTokenizer, endsWith, isUsefulFile } from './choose-files.ts';
import { fetchFromHub, isHubId } from './fetch-hub.ts';
import { unpackArchive } from './unpack-archive.ts';

export interface AddOptions {
  readonly encoders: string;
  readonly name?: string;
  readonly graph?: string;
  readonly tokenizer?: string;
  readonly pooling?: 'mean' | 'cls';
  readonly prefix?: string;
  readonly maxTokens?: number;
  readonly languages?: readonly string[];
  readonly licence?: string;
  readonly sha256?: string;
  readonly hub: string;
  readonly force?: true;
}

/** Taken where neither the source nor a person says so: most of what such encoders were trained on is shorter. */
const USUAL_MAX_TOKENS = 256;
/** Attention takes the square of it. */
const MOST_TOKENS = 512;

/** Files that an encoder is made from. */
interface Source {
  readonly folder: string;
  /** Of all files, by forward slashes; of an archive also those that were not unpacked. */
  readonly names: readonly string[];
  /** As messages name it. */
  readonly called: string;
  /** As the manifest names it. */
  readonly provenance: string;
}

/**
 * Makes an installed encoder from a folder, an archive or a model on the hub. It is in its place when this is done; whatever goes
 * wrong, nothing of it is.
 * @returns its folder
 * @throws UserError, EncoderError
 */
export const addEncoder = async (
  given: string,
  options: AddOptions,
  onProgress: (step: string) => void,
  signal: AbortSignal,
): Promise<string> => {
  const { encoders } = options;
  await mkdir(encoders, { recursive: true });
  const draft = await mkdtemp(join(encoders, '.adding-'));
  try {
    const source = await findSource(given, options, join(draft, 'source'), onProgress, signal);
    onProgress('trying the encoder');
    const made = join(draft, 'made');
    const name = (await copyOfEncoder(source, options, made)) ?? (await makeEncoder(source, given, options, made));
    signal.throwIfAborted();
    const place = join(encoders, name);
    if (await isThere(place)) {
      if (options.force !== true)
        throw new UserError(`There is an encoder ${name} already; add --force to replace it, or name this one with --name.`);
      await rename(place, join(draft, 'earlier'));
    }
    await rename(made, place);
    return place;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
};

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

const findSource = async (
  given: string,
  options: AddOptions,
  into: string,
  onProgress: (step: string) => void,
  signal: AbortSignal,
): Promise<Source> => {
  const found = await stat(given).catch(() => undefined);
  if (found?.isDirectory() === true)
    return { folder: given, names: await filesIn(given), called: given, provenance: basename(given) };
  if (found?.isFile() === true) {
    onProgress(`unpacking ${given}`);
    const hash = sha256(await readFile(given));
    if (options.sha256 !== undefined && options.sha256 !== hash)
      throw new UserError(`${given} has the SHA-256 ${hash}, not ${options.sha256}; fetch it again from where you trust it.`);
    const names = await unpackArchive(given, into, isUsefulFile);
    return { folder: into, names, called: given, provenance: `${basename(given)}, SHA-256 ${hash}` };
  }
  if (!isHubId(given))
    throw new UserError(`There is no folder or archive ${given}, and it is no model on a hub either (owner/name).`);
  const { graph, tokenizer, hub } = options;
  const provenance = await fetchFromHub(
    { id: given, hub, graph, tokenizer, signal, onProgress: (file) => onProgress(`fetching ${file}`) },
    into,
  );
  return { folder: into, names: await filesIn(into), called: given, provenance };
};

/** A folder that `encoder add` wrote somewhere else is taken as it is. @returns its name, or undefined where it is none */
const copyOfEncoder = async (source: Source, options: AddOptions, into: string): Promise<string | undefined> => {
  const text = await readFile(join(source.folder, ENCODER_MANIFEST), 'utf8').catch(() => undefined);
  if (text === undefined || !(await isThere(join(source.folder, ENCODER_GRAPH)))) return undefined;
  const { name, files } = parseEncoderManifest(text, `${source.called}/${ENCODER_MANIFEST}`);
  if (!isEncoderName(name) || name === DEFAULT_ENCODER)
    throw new UserError(`${source.called} is called "${name}", which no added encoder may be.`);
  if (options.name !== undefined && options.name !== name)
    throw new UserError(
      `${source.called} is the encoder "${name}" already; models that were trained with it know it by that name.`,
    );
  await mkdir(into, { recursive: true });
  for (const file of [ENCODER_MANIFEST, ...files.map((each) => each.name)])
    await cp(join(source.folder, file), join(into, file), { dereference: true }).catch((cause: unknown) => {
      throw new UserError(`${source.called} has no ${file}, which its manifest lists; fetch it again.`, { cause });
    });
  refuseOtherHash(await readFile(join(into, ENCODER_GRAPH)), options, source);
  await (await openEncoder(into)).release();
  return name;
};

/** For a folder or a model on the hub; an archive is held to it as a whole. */
const refuseOtherHash = (graph: Uint8Array, options: AddOptions, source: Source): void => {
  if (options.sha256 === undefined || source.provenance.endsWith(options.sha256)) return;
  const hash = sha256(graph);
  if (hash !== options.sha256)
    throw new UserError(`The graph of ${source.called} has the SHA-256 ${hash}, not ${options.sha256}; fetch it again.`);
};

const makeEncoder = async (source: Source, given: string, options: AddOptions, into: string): Promise<string> => {
  const { names } = source;
  const graph = chooseGraph(names, options.graph, source.called);
  const tokenizer = await tokenizerOf(source, names, graph, options);
  const bytes = await readFile(join(source.folder, graph));
  refuseOtherHash(bytes, options, source);
  const facts = await readFacts(source.folder, names);
  const name = options.name ?? nameFrom(given);
  if (!isEncoderName(name) || name === DEFAULT_ENCODER)
    throw new UsageError(`An encoder cannot be called "${name}"; give --name with small letters, digits, dots and hyphens.`);
  const hash = sha256(bytes);
  await importEncoder(
    {
      graph: bytes,
      tokenizer: tokenizer.content,
      name,
      version: hash.slice(0, 12),
      pooling: known(
        options.pooling ?? facts.pooling,
        'how its states are pooled',
        '--pooling mean (MiniLM, E5) or cls (BGE)',
        source,
      ),
      prefix: options.prefix ?? facts.prefix ?? '',
      maxTokens: Math.min(options.maxTokens ?? facts.maxTokens ?? USUAL_MAX_TOKENS, MOST_TOKENS),
      languages: known(options.languages ?? facts.languages, 'which languages it knows', '--languages en,de', source),
      licence: known(options.licence ?? facts.licence, 'under which licence its weights are', '--licence Apache-2.0', source),
      source: source.provenance,
      names: { graph, tokenizer: tokenizer.name },
    },
    into,
  );
  return name;
};

const known = <Value>(value: Value | undefined, what: string, how: string, { called }: Source): Value => {
  if (value === undefined) throw new UsageError(`${called} does not say ${what}; find it on its model card, and give ${how}.`);
  return value;
};

/** From the source, or a file elsewhere that was asked for. */
const tokenizerOf = async (
  source: Source,
  names: readonly string[],
  graph: string,
  { tokenizer: asked }: AddOptions,
): Promise<{ readonly name: string; readonly content: string }> => {
  const name = chooseTokenizer(names, graph, asked, source.called);
  if (name !== undefined) return { name, content: await readFile(join(source.folder, name), 'utf8') };
  if (asked !== undefined) {
    const content = await readFile(asked, 'utf8').catch(() => undefined);
    if (content !== undefined) return { name: asked, content };
  }
  throw new UserError(
    `${source.called} holds no ${asked ?? 'tokenizer.json'}; give the file that belongs to its graph with --tokenizer FILE.`,
  );
};

const readFacts = async (folder: string, names: readonly string[]): Promise<SourceFacts> => {
  const contents = new Map<string, string>();
  for (const file of FACT_FILES) {
    const name = names.filter((each) => endsWith(each, file)).sort(byDepth)[0];
    if (name !== undefined) contents.set(file, await readFile(join(folder, name), 'utf8'));
  }
  return factsOf((file) => contents.get(file));
};

const byDepth = (left: string, right: string): number => left.split('/').length - right.split('/').length;

/** `BAAI/bge-small-en-v1.5` → `bge-small-en-v1.5`, `bge-1.0.jar` → `bge-1.0`. */
const nameFrom = (given: string): string =>
  basename(given.split('@')[0]!)
    .replace(/\.(?:zip|whl|jar)$/u, '')
    .toLowerCase();

/** Files below a folder, by forward slashes. */
const filesIn = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length).replaceAll('\\', '/'))
    .sort();
};
