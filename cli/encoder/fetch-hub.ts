import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { z } from 'zod';
import { reasonOf } from '../../model/errors.ts';
import { FACT_FILES } from '../../model/encoder/source-facts.ts';
import { UserError } from '../user-error.ts';
import { chooseGraph, chooseTokenizer, endsWith } from './choose-files.ts';

export const DEFAULT_HUB = 'https://huggingface.co';

const HUB_ID = /^(?<id>[\w.-]+\/[\w.-]+?)(?:@(?<revision>[\w.-]+))?$/u;
/** Of one file. */
const MOST_BYTES = 4 * 1024 ** 3;

const modelSchema = z.looseObject({
  sha: z.string().regex(/^[\w.-]+$/u),
  siblings: z.array(z.looseObject({ rfilename: z.string() })),
});

export interface HubRequest {
  readonly id: string;
  readonly hub: string;
  readonly graph: string | undefined;
  readonly tokenizer: string | undefined;
  readonly onProgress: (file: string) => void;
  readonly signal: AbortSignal;
}

/** `owner/name`, perhaps with `@revision`. */
export const isHubId = (text: string): boolean => HUB_ID.test(text) && !text.includes('..');

/**
 * Fetches of a model on the hub what an encoder is made from, in one revision.
 * @returns what was fetched: id and revision
 * @throws UserError where the hub cannot be reached, does not have it, or it is no encoder
 */
export const fetchFromHub = async (request: HubRequest, into: string): Promise<string> => {
  const { id, revision } = HUB_ID.exec(request.id)!.groups as { readonly id: string; readonly revision?: string };
  const asked = `${id}@${revision ?? 'main'}`;
  const listing = await ask(request, `api/models/${id}/revision/${revision ?? 'main'}`, asked);
  const parsed = modelSchema.safeParse(await listing.json().catch(() => undefined));
  if (!parsed.success) throw new UserError(`${request.hub} does not answer what a model hub does; check the address.`);
  const { sha, siblings } = parsed.data;
  const names = siblings.map(({ rfilename }) => rfilename);
  const outside = names.find((name) => normalize(name) !== name || name.startsWith('..') || name.startsWith('/'));
  if (outside !== undefined)
    throw new UserError(`${asked} is refused: its file "${outside}" leads out of the folder it is fetched to.`);
  const graph = chooseGraph(names, request.graph, asked);
  const tokenizer = chooseTokenizer(names, graph, request.tokenizer, asked);
  const facts = names.filter((name) => FACT_FILES.some((file) => endsWith(name, file)) && dirname(name) !== 'onnx');
  for (const name of [graph, ...(tokenizer === undefined ? [] : [tokenizer]), ...facts]) {
    request.onProgress(name);
    const answer = await ask(request, `${id}/resolve/${sha}/${name}`, `${name} of ${asked}`);
    if (Number(answer.headers.get('content-length') ?? 0) > MOST_BYTES)
      throw new UserError(`${name} of ${asked} has more than ${MOST_BYTES} bytes; give a smaller graph with --graph.`);
    const target = join(into, name);
    await mkdir(dirname(target), { recursive: true });
    // The type of the body is the browser's; Node's is the same stream.
    await pipeline(Readable.fromWeb(answer.body as ReadableStream), createWriteStream(target), { signal: request.signal }).catch(
      (cause: unknown) => {
        throw new UserError(`${name} of ${asked} broke off (${reasonOf(cause)}); run it again.`, { cause });
      },
    );
  }
  return `${request.hub}/${id} at ${sha}, ${graph}`;
};

const ask = async ({ hub, signal }: HubRequest, path: string, what: string): Promise<Response> => {
  const answer = await fetch(`${hub}/${path}`, { signal }).catch((cause: unknown) => {
    signal.throwIfAborted();
    const reason = cause instanceof Error && cause.cause !== undefined ? reasonOf(cause.cause) : reasonOf(cause);
    throw new UserError(
      `${hub} cannot be reached (${reason}); fetch the model where it can, and give its folder or archive instead.`,
      { cause },
    );
  });
  if (answer.ok && answer.body !== null) return answer;
  throw new UserError(
    answer.status === 401 || answer.status === 404
      ? `${hub} has no ${what}, or not for everybody; check the name.`
      : `${hub} answers ${answer.status} for ${what}; try again later.`,
  );
};
