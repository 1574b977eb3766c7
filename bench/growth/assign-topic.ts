import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadScorer } from '../../container/scorer.ts';
import { sealArtifact, writeArtifact } from '../../model/artifact.ts';
import { float32Bytes, toBase64 } from '../../model/bytes.ts';
import { CENTROIDS, MARKS } from '../../model/clustering-model.ts';
import { CODE_VERSION, FORMAT_VERSION } from '../../model/manifest.ts';
import { nearestCentroid } from '../../model/nearest-centroid.ts';
import { quantileOf } from '../../model/quantile.ts';
import { generatedRows } from './generated-rows.ts';

const TOPICS = 2_000;
const DIMENSION = 256;
const TICKETS = 2_000;
const WARMED_BY = 200;
const SEED = 1;
const SPACE = 'generated';

interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the processor, on the mean: does not count what else the machine does. */
  readonly meanCpuMs: number;
}

export interface AssignmentLatency {
  readonly topics: number;
  readonly tickets: number;
  /** The nearest of all centres. */
  readonly search: Latency;
  /** The endpoint's function without HTTP: a request's JSON in, a response's JSON out. */
  readonly endpoint: Latency;
}

/** One ticket at a time, assigned to one of 2,000 topics. */
export const measureAssignment = async (): Promise<AssignmentLatency> => {
  const centroids = generatedRows(TOPICS, DIMENSION, TOPICS, SEED).rows;
  const tickets = generatedRows(TICKETS, DIMENSION, TOPICS, SEED).rows;
  const search = await latencyOf((ticket) => {
    nearestCentroid(tickets, ticket, centroids, DIMENSION);
  });
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-topics-'));
  try {
    writeArtifact(folder, topicMap(centroids));
    const scorer = await loadScorer(folder, '');
    const requests = Array.from({ length: TICKETS }, (_, ticket) =>
      JSON.stringify({
        instances: [
          {
            id: `ticket-${ticket}`,
            embedding: toBase64(tickets.subarray(ticket * DIMENSION, (ticket + 1) * DIMENSION)),
            embeddingSpace: SPACE,
          },
        ],
      }),
    );
    const endpoint = await latencyOf(async (ticket) => {
      const { instances }: { readonly instances: readonly unknown[] } = JSON.parse(requests[ticket]!);
      JSON.stringify({ model: scorer.model, predictions: await scorer.score(instances) });
    });
    return { topics: TOPICS, tickets: TICKETS, search, endpoint };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const latencyOf = async (assign: (ticket: number) => void | Promise<void>): Promise<Latency> => {
  for (let ticket = 0; ticket < WARMED_BY; ticket++) await assign(ticket);
  const latenciesMs: number[] = [];
  const before = process.cpuUsage();
  for (let ticket = 0; ticket < TICKETS; ticket++) {
    const startedAt = performance.now();
    await assign(ticket);
    latenciesMs.push(performance.now() - startedAt);
  }
  const { user, system } = process.cpuUsage(before);
  const at = (share: number): number => Number(quantileOf(latenciesMs, share).toFixed(3));
  return { p50Ms: at(0.5), p99Ms: at(0.99), meanCpuMs: Number(((user + system) / 1_000 / TICKETS).toFixed(3)) };
};

const topicMap = (centroids: Float32Array): ReturnType<typeof sealArtifact> =>
  sealArtifact(
    {
      formatVersion: FORMAT_VERSION,
      kind: 'clustering',
      version: '1',
      createdFrom: { dataHash: 'generated', from: '', to: '', count: 0 },
      seed: SEED,
      codeVersion: CODE_VERSION,
      encoder: { name: 'none', version: '1', hash: '' },
      embedding: { dimension: DIMENSION, space: SPACE, family: SPACE },
      heads: {},
      topics: Array.from({ length: TOPICS }, (_, topic) => ({
        id: `t-${topic}`,
        label: `topic ${topic}`,
        phrases: [],
        size: 1,
        minSimilarity: 0.3,
      })),
      metrics: {},
    },
    new Map([
      [CENTROIDS, float32Bytes(centroids)],
      [MARKS, float32Bytes(centroids)],
    ]),
  );
