import { float32Bytes, float32Of, linesOf, textBytes } from './bytes.ts';
import { fileOf } from './artifact.ts';
import type { Artifact } from './artifact.ts';
import { ArtifactError } from './errors.ts';
import type { TrainingExample } from './examples.ts';
import { isJsonObject } from './json.ts';
import { multiply } from './linear-algebra/multiply.ts';
import { Graph } from './onnx/graph.ts';
import { floatsOf, floatTensor, openSession } from './onnx/session.ts';
import type { OnnxSession } from './onnx/session.ts';
import { Tape } from './onnx/tape.ts';
import { samplePositions } from './random.ts';
import type { ArtifactFiles } from './stages.ts';

/** A model keeps at most this many, chosen by its seed: they bound its size and the time of a comparison. */
const MOST_KEPT = 20_000;
/** Comparisons in one product of matrices. */
const COMPARED_AT_ONCE = 512;

/** Of a similarity that is shown. */
const DECIMALS = 4;

const ROWS = 'past.f32';
const LABELS = 'past.jsonl';

/** Training tickets as a model remembers them: where they lie, and what people made of them; never their text. */
export interface PastTickets {
  /** tickets × dimension, rows of unit length */
  readonly rows: Float32Array;
  readonly dimension: number;
  readonly tickets: readonly PastTicket[];
  /** Cosines of asked rows with all tickets, asked × tickets; by default a product of matrices, which reads `rows` anew each time. */
  readonly compare?: (asked: Float32Array) => Promise<Float32Array>;
}

export interface PastTicket {
  readonly ticketId: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface SimilarTicket extends PastTicket {
  /** Cosine, -1..1, to four decimals. */
  readonly similarity: number;
}

/**
 * @param short embeddings of the examples, in their order
 */
export const rememberTickets = (
  examples: readonly TrainingExample[],
  short: Float32Array,
  dimension: number,
  seed: number,
): PastTickets => {
  const labelled = Int32Array.from(
    examples.flatMap(({ labels }, position) => (Object.keys(labels).length > 0 ? [position] : [])),
  );
  const kept = Array.from(samplePositions(labelled.length, MOST_KEPT, seed), (at) => labelled[at]!);
  const rows = new Float32Array(kept.length * dimension);
  kept.forEach((position, row) => rows.set(short.subarray(position * dimension, (position + 1) * dimension), row * dimension));
  return {
    rows,
    dimension,
    tickets: kept.map((position) => ({ ticketId: examples[position]!.ticketId, labels: examples[position]!.labels })),
  };
};

/** The most similar past tickets of each row, nearest first. */
export interface Neighbours {
  /** n × count positions in `tickets`; -1 where there are fewer. */
  readonly positions: Int32Array;
  /** n × count cosines */
  readonly similarities: Float32Array;
  readonly count: number;
}

/**
 * @param short n × dimension, rows of unit length
 */
export const nearestTickets = async (past: PastTickets, short: Float32Array, count: number): Promise<Neighbours> => {
  const { dimension, tickets, compare = multiplied(past) } = past;
  const total = short.length / dimension;
  const positions = new Int32Array(total * count).fill(-1);
  const similarities = new Float32Array(total * count).fill(-1);
  for (let first = 0; first < total && tickets.length > 0; first += COMPARED_AT_ONCE) {
    const last = Math.min(total, first + COMPARED_AT_ONCE);
    const values = await compare(short.subarray(first * dimension, last * dimension));
    for (let row = first; row < last; row++) {
      const at = row * count;
      for (let position = 0; position < tickets.length; position++) {
        const similarity = values[(row - first) * tickets.length + position]!;
        if (similarity <= similarities[at + count - 1]!) continue;
        let slot = at + count - 1;
        for (; slot > at && similarities[slot - 1]! < similarity; slot--) {
          similarities[slot] = similarities[slot - 1]!;
          positions[slot] = positions[slot - 1]!;
        }
        similarities[slot] = similarity;
        positions[slot] = position;
      }
    }
  }
  return { positions, similarities, count };
};

const multiplied =
  ({ rows, dimension, tickets }: PastTickets): NonNullable<PastTickets['compare']> =>
  async (asked) => {
    const left = { rows: asked.length / dimension, columns: dimension, values: asked };
    const { values } = await multiply(left, { rows: tickets.length, columns: dimension, values: rows }, 'right');
    return values;
  };

/**
 * The same product with the tickets inside the graph, where the runtime lays them out once: a third of the time for one row, half
 * for ten. It sums in another order; cosines differ by up to 6e-7 (measured on Banking77). Opened when it is first asked.
 */
const prepared = (rows: Float32Array, dimension: number, count: number): NonNullable<PastTickets['compare']> => {
  let session: Promise<OnnxSession> | undefined;
  return async (asked) => {
    session ??= openSession(writeComparison(rows, dimension, count), { threads: 1 });
    const results = await (await session).run({ asked: floatTensor(asked, [asked.length / dimension, dimension]) });
    return floatsOf(results, 'cosines');
  };
};

const writeComparison = (rows: Float32Array, dimension: number, count: number): Uint8Array => {
  const graph = new Graph();
  const asked = graph.input('asked', 'float32', ['n', dimension]);
  const cosines = new Tape(graph).matmulTransposed(asked, graph.weights(rows, [count, dimension]));
  graph.output('cosines', cosines, 'float32', ['n', count]);
  return graph.encode();
};

export const similarTickets = (
  { tickets }: PastTickets,
  { positions, similarities, count }: Neighbours,
  row: number,
  most: number,
): readonly SimilarTicket[] =>
  Array.from({ length: Math.min(most, count) }, (_, at) => row * count + at)
    .filter((at) => positions[at] !== -1)
    .map((at) => ({ ...tickets[positions[at]!]!, similarity: Number(similarities[at]!.toFixed(DECIMALS)) }));

export const pastTicketFiles = ({ rows, tickets }: PastTickets): ArtifactFiles =>
  new Map([
    [ROWS, float32Bytes(rows)],
    [LABELS, textBytes(tickets.map(({ ticketId, labels }) => JSON.stringify([ticketId, labels])))],
  ]);

/** @throws ArtifactError */
export const openPastTickets = (artifact: Artifact, dimension: number): PastTickets => {
  const rows = float32Of(fileOf(artifact, ROWS));
  const tickets = linesOf(fileOf(artifact, LABELS)).map(parseTicket);
  if (rows.length !== tickets.length * dimension)
    throw new ArtifactError(
      `${ROWS} has ${rows.length} values for ${tickets.length} tickets of ${dimension} dimensions; the model is damaged.`,
    );
  return { rows, dimension, tickets, compare: prepared(rows, dimension, tickets.length) };
};

const parseTicket = (line: string, index: number): PastTicket => {
  const parsed = parseJson(line);
  const [ticketId, labels]: readonly unknown[] = Array.isArray(parsed) ? parsed : [];
  if (typeof ticketId !== 'string' || !isJsonObject(labels) || !Object.values(labels).every((label) => typeof label === 'string'))
    throw new ArtifactError(`${LABELS}, line ${index + 1}, is not a ticket; the model is damaged.`);
  return { ticketId, labels: labels as Readonly<Record<string, string>> };
};

/** Undefined where it is no JSON. */
const parseJson = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};
