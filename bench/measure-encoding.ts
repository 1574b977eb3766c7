import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { planBatches } from '../model/encoder/batches.ts';
import { ENCODER_GRAPH } from '../model/encoder/manifest.ts';
import { openEncoder } from '../model/encoder/open-encoder.ts';
import { feedsOf } from '../model/encoder/pooled-graph.ts';
import { unigramTokenizer } from '../model/encoder/unigram-tokenizer.ts';
import { cutWindows } from '../model/encoder/windows.ts';
import { openSession } from '../model/onnx/session.ts';

/** A round encodes at least this many tickets. */
const TICKETS_PER_ROUND = 40;

/** Of one call, on the clock and of the processor; the latter does not count what else the machine does. */
interface Spent {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/**
 * Encoding some tickets beside the bare session of the same encoder's graph on the same tokens: medians over the rounds; shares of the
 * fastest round of each, because what else a machine does only ever adds to a time.
 */
export interface EncodingCost extends Spent {
  readonly tickets: number;
  readonly tokens: number;
  readonly batches: number;
  /** The bare session's processor time as a share of encoding's. */
  readonly sessionShare: number;
  /** The tokenizer's processor time as a share of encoding's. */
  readonly tokenizerShare: number;
  /** Tokens with padding over tokens. */
  readonly padding: number;
}

export interface EncodingMeter {
  readonly name: string;
  readonly openMs: number;
  /** @param rounds each measures the encoder, the session and the tokenizer in turns */
  readonly measure: (tickets: readonly string[], rounds: number) => Promise<EncodingCost>;
  readonly release: () => Promise<void>;
}

/** @param folder of the default encoder */
export const openEncodingMeter = async (folder: string): Promise<EncodingMeter> => {
  const startedAt = performance.now();
  const encoder = await openEncoder(folder);
  const openMs = performance.now() - startedAt;
  const session = await openSession(join(folder, ENCODER_GRAPH), { threads: 1 });
  const vocabulary = z
    .array(z.tuple([z.string(), z.number()]))
    .parse(JSON.parse(readFileSync(join(folder, encoder.manifest.tokenizer.file), 'utf8')));
  const tokenizer = unigramTokenizer(vocabulary);
  const tokensOf = (tickets: readonly string[]): readonly Int32Array[] =>
    tickets.flatMap((text) => cutWindows(tokenizer.encode(text), encoder.manifest.maxTokens));
  return {
    name: `${encoder.manifest.name} ${encoder.manifest.version}, 1 thread`,
    openMs,
    measure: async (tickets, rounds) => {
      const tokens = tokensOf(tickets);
      const batches = planBatches(Int32Array.from(tokens, (row) => row.length));
      const feeds = batches.map((batch) => feedsOf(Array.from(batch, (position) => tokens[position]!)));
      const padded = batches.reduce((sum, batch) => sum + batch.length * tokens[batch.at(-1)!]!.length, 0);
      const real = tokens.reduce((sum, row) => sum + row.length, 0);
      const calls = Math.ceil(TICKETS_PER_ROUND / tickets.length);
      const encode = (): Promise<unknown> => encoder.encode(tickets);
      const bare = async (): Promise<void> => {
        for (const feed of feeds) await session.run(feed);
      };
      await encode();
      await bare();
      const spent: { readonly encoding: Spent; readonly bare: Spent; readonly tokenizing: Spent }[] = [];
      for (let round = 0; round < rounds; round++)
        spent.push({
          encoding: await timed(calls, encode),
          bare: await timed(calls, bare),
          tokenizing: await timed(calls, () => tokensOf(tickets)),
        });
      return {
        tickets: tickets.length,
        tokens: real,
        batches: batches.length,
        wallMs: median(spent.map(({ encoding }) => encoding.wallMs)),
        cpuMs: median(spent.map(({ encoding }) => encoding.cpuMs)),
        sessionShare: least(spent.map((of) => of.bare.cpuMs)) / least(spent.map((of) => of.encoding.cpuMs)),
        tokenizerShare: least(spent.map((of) => of.tokenizing.cpuMs)) / least(spent.map((of) => of.encoding.cpuMs)),
        padding: padded / real,
      };
    },
    release: async () => {
      await encoder.release();
      await session.release();
    },
  };
};

const timed = async (calls: number, call: () => unknown): Promise<Spent> => {
  const [wall, cpu] = [performance.now(), cpuMs()];
  for (let at = 0; at < calls; at++) await call();
  return { wallMs: (performance.now() - wall) / calls, cpuMs: (cpuMs() - cpu) / calls };
};

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

const least = (values: readonly number[]): number => Math.min(...values);

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
