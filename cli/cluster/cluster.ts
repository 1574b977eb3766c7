import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { clusterTexts } from '../../model/cluster/cluster-texts.ts';
import type { ClusteredTexts, Reader } from '../../model/cluster/cluster-texts.ts';
import { encoderFolderOf } from '../../model/encoder/installed-encoders.ts';
import { openEncoder } from '../../model/encoder/open-encoder.ts';
import { clusteringAgreement } from '../../model/evaluate/clustering-agreement.ts';
import type { ClusteringAgreement } from '../../model/evaluate/clustering-agreement.ts';
import { openModel } from '../predict/open-model.ts';
import { createProgress } from '../progress.ts';
import { readTickets } from '../table/read-tickets.ts';
import type { Tickets } from '../table/read-tickets.ts';
import { rowId } from '../table/row-id.ts';
import { writeNotes } from '../table/write-notes.ts';
import { UsageError, UserError } from '../user-error.ts';
import { clusterJson, clusterText } from './print-clusters.ts';

export interface ClusterOptions {
  readonly data: string;
  readonly text: readonly string[];
  readonly label?: string;
  readonly model?: string;
  readonly k?: number;
  readonly minSize: number;
  readonly out?: string;
  readonly seed: number;
  readonly encoder: string;
  readonly encoders: string;
  readonly json?: true;
}

const LABEL = 'label';

/** The command `cluster`. */
export const cluster = async (options: ClusterOptions): Promise<void> => {
  const { data, out } = options;
  if (out !== undefined && resolve(out) === resolve(data))
    throw new UsageError('--out names the file of tickets itself; name another, so that it is not lost.');
  const progress = createProgress();
  progress.show(`reading ${data}`);
  const labels: Readonly<Record<string, string>> = options.label === undefined ? {} : { [LABEL]: options.label };
  const tickets = await readTickets(data, { text: options.text, labels });
  progress.end();
  writeNotes(tickets.report.notes);
  const reader = await openReader(options);
  const startedAt = performance.now();
  const clustered = await clusterTexts({
    texts: tickets.texts,
    reader,
    seed: options.seed,
    minSize: options.minSize,
    number: options.k,
    onProgress: (stage, share) => progress.show(stage, share),
  });
  progress.end();
  const seconds = (performance.now() - startedAt) / 1_000;
  if (out !== undefined) await writeClusters(out, tickets, clustered);
  const agreement = agreementOf(clustered, tickets.labels[LABEL]);
  const report = { tickets, clustered, agreement, seconds };
  process.stdout.write(`${options.json === true ? JSON.stringify(clusterJson(report)) : clusterText(report)}\n`);
};

const openReader = async ({ model, encoder, encoders }: ClusterOptions): Promise<Reader> =>
  model === undefined
    ? { kind: 'encoder', encoder: await openEncoder(encoderFolderOf(encoder, encoders), { threads: 2 }) }
    : { kind: 'model', model: await openModel(model, encoders) };

/** Every labelled ticket counts, an outlier at the cluster that is nearest to it. */
const agreementOf = (
  { nearest }: ClusteredTexts,
  labels: readonly (string | undefined)[] | undefined,
): ClusteringAgreement | undefined => {
  const labelled = (labels ?? []).flatMap((label, at) => (label === undefined ? [] : [at]));
  if (labels === undefined || labelled.length === 0) return undefined;
  const numbers = new Map([...new Set(labels)].map((label, at) => [label, at]));
  return clusteringAgreement(
    Int32Array.from(labelled, (at) => nearest[at]!),
    Int32Array.from(labelled, (at) => numbers.get(labels[at])!),
  );
};

const writeClusters = async (
  file: string,
  { rows }: Tickets,
  { clusters, themes, ofText, nearest }: ClusteredTexts,
): Promise<void> => {
  const nameOf = (at: number): string | null => clusters[at]?.name ?? null;
  const lines = rows.map((row, at) => {
    const own = clusters[ofText[at]!];
    return JSON.stringify({
      id: rowId(row),
      cluster: own === undefined ? null : ofText[at]! + 1,
      name: own?.name ?? null,
      theme: own === undefined ? null : themes[own.theme]!.name,
      nearest: nameOf(nearest[at]!),
    });
  });
  await writeFile(file, `${lines.join('\n')}\n`).catch((cause: NodeJS.ErrnoException) => {
    throw new UserError(`${file} cannot be written (${cause.code ?? cause.message}); name another file with --out.`, { cause });
  });
};
