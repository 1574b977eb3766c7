import { join } from 'node:path';
import type { Encoder } from '../../model/encoder/open-encoder.ts';
import { samplePositions } from '../../model/random.ts';
import { centreOf } from '../../model/space/half-whitening.ts';
import { fitSubjects, weighBySubjects } from '../../model/space/telling-windows.ts';
import type { Subjects } from '../../model/space/telling-windows.ts';
import { readCsv } from '../quality/labelled-text.ts';

const WORDS = 1_000;
const TICKETS = 60;
/** Texts of the request itself: about 100 words of the 1,000. */
const REQUEST_TEXTS = 8;
/** Texts of an intent before this one are for its centre, those from here on for requests. */
const REQUESTS_FROM = 60;
const SEED = 1;

export interface LongTickets {
  readonly tickets: number;
  readonly words: number;
  /**
   * Share whose intent is that of the nearest centre: when all of the ticket is read as a model does, which weighs windows by what
   * tickets are about; when windows count by their tokens; and when it is cut at the encoder's length.
   */
  readonly weighed: Readonly<Record<Place, number>>;
  readonly windowed: Readonly<Record<Place, number>>;
  readonly cut: Readonly<Record<Place, number>>;
  readonly msPerTicket: number;
}

type Place = 'start' | 'middle' | 'end';

/**
 * Tickets of 1,000 words: about 100 words of one of ten intents of Banking77 stand at the start, in the middle or at the end of small
 * talk (CLINC150's validation texts). Judged by the nearest centre of the intents' own short texts, less the mean of all.
 */
export const measureLongTickets = async (encoder: Encoder, data: string): Promise<LongTickets> => {
  const bank = readCsv(join(data, 'banking77', 'train.csv.gz'));
  const intents = [...new Set(bank.map((row) => row['category']!))].sort().filter((_, at) => at % 8 === 0);
  const textsOf = new Map(
    intents.map((intent) => [intent, bank.filter((row) => row['category'] === intent).map((row) => row['text']!)]),
  );
  const talk = readCsv(join(data, 'clinc150', 'val.csv.gz')).map((row) => row['text']!);
  const order = samplePositions(talk.length, talk.length, SEED);
  const centres = await centresOf(
    encoder,
    intents.map((intent) => textsOf.get(intent)!.slice(0, REQUESTS_FROM)),
  );
  const weighing = encoder.weighing(weighBySubjects(await subjectsOf(encoder, bank)));
  const accuracy: Record<'weighed' | 'windowed' | 'cut', Record<Place, number>> = {
    weighed: { start: 0, middle: 0, end: 0 },
    windowed: { start: 0, middle: 0, end: 0 },
    cut: { start: 0, middle: 0, end: 0 },
  };
  let ms = 0;
  for (const place of ['start', 'middle', 'end'] as const) {
    const tickets = Array.from({ length: TICKETS }, (_, at) => {
      const own = textsOf.get(intents[at % intents.length]!)!;
      const request = Array.from(
        { length: REQUEST_TEXTS },
        (__, part) => own[REQUESTS_FROM + ((at + 7 * part) % (own.length - REQUESTS_FROM))]!,
      ).join(' ');
      const filler = fillerOf(talk, order, at, WORDS - wordsIn(request));
      const half = place === 'start' ? 0 : place === 'end' ? filler.length : Math.floor(filler.length / 2);
      return [...filler.slice(0, half), request, ...filler.slice(half)].join(' ');
    });
    const startedAt = performance.now();
    const weighed = (await weighing.encode(tickets)).embedding;
    ms += performance.now() - startedAt;
    const whole = (await encoder.encode(tickets)).embedding;
    const beginnings = tickets.map((ticket) =>
      ticket
        .split(' ')
        .slice(0, Math.floor(encoder.manifest.maxTokens * WORDS_PER_TOKEN))
        .join(' '),
    );
    const cut = (await encoder.encode(beginnings)).embedding;
    accuracy.weighed[place] = shareRight(weighed, centres, intents.length, encoder.manifest.dimension);
    accuracy.windowed[place] = shareRight(whole, centres, intents.length, encoder.manifest.dimension);
    accuracy.cut[place] = shareRight(cut, centres, intents.length, encoder.manifest.dimension);
  }
  return { tickets: TICKETS, words: WORDS, ...accuracy, msPerTicket: Number((ms / (3 * TICKETS)).toFixed(1)) };
};

/** What tickets are about, by some texts of each intent of Banking77; the requests are of none of them. */
const subjectsOf = async (encoder: Encoder, bank: readonly Readonly<Record<string, string>>[]): Promise<Subjects> => {
  const seen = new Map<string, number>();
  const texts = bank.filter((row) => {
    const count = seen.get(row['category']!) ?? 0;
    seen.set(row['category']!, count + 1);
    return count < REQUESTS_FROM;
  });
  const { embedding } = await encoder.encode(texts.map((row) => row['text']!));
  return fitSubjects(
    embedding,
    centreOf(embedding, encoder.manifest.dimension),
    texts.map((row) => ({ intent: row['category']! })),
    SEED,
  );
};

/** English has about four tokens for three words. */
const WORDS_PER_TOKEN = 0.75;

const wordsIn = (text: string): number => text.split(/\s+/u).length;

const fillerOf = (talk: readonly string[], order: Int32Array, ticket: number, words: number): readonly string[] => {
  const chosen: string[] = [];
  for (let at = ticket * 17, count = 0; count < words; at++) {
    const text = talk[order[at % order.length]!]!;
    chosen.push(text);
    count += wordsIn(text);
  }
  return chosen;
};

interface Centres {
  readonly rows: readonly Float64Array[];
  readonly mean: Float64Array;
}

const centresOf = async (encoder: Encoder, groups: readonly (readonly string[])[]): Promise<Centres> => {
  const { dimension } = encoder.manifest;
  const rows: Float64Array[] = [];
  for (const texts of groups) {
    const { embedding } = await encoder.encode(texts);
    rows.push(Float64Array.from({ length: dimension }, (_, at) => meanAt(embedding, at, dimension)));
  }
  return {
    rows,
    mean: Float64Array.from({ length: dimension }, (_, at) => rows.reduce((sum, row) => sum + row[at]!, 0) / rows.length),
  };
};

const meanAt = (values: Float32Array, at: number, dimension: number): number => {
  let sum = 0;
  for (let index = at; index < values.length; index += dimension) sum += values[index]!;
  return sum / (values.length / dimension);
};

/** Tickets are centred by their own mean, which takes the small talk out. */
const shareRight = (embedding: Float32Array, { rows, mean }: Centres, intents: number, dimension: number): number => {
  const own = Float64Array.from({ length: dimension }, (_, at) => meanAt(embedding, at, dimension));
  let right = 0;
  const count = embedding.length / dimension;
  for (let ticket = 0; ticket < count; ticket++) {
    const scores = rows.map((row) => {
      const centred = row.map((value, at) => value - mean[at]!);
      const product = centred.reduce((sum, value, at) => sum + value * (embedding[ticket * dimension + at]! - own[at]!), 0);
      return product / Math.hypot(...centred);
    });
    if (scores.indexOf(Math.max(...scores)) === ticket % intents) right++;
  }
  return Number((right / count).toFixed(3));
};
