import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/** What a process that clusters finds in `rows.json`. */
export const rowFactsSchema = z.object({ rows: z.number(), columns: z.number(), clusters: z.number() });

/** What it prints. */
export const spentSchema = z.object({
  versions: z.string(),
  seconds: z.number(),
  cpuSeconds: z.number(),
  peakMemoryMb: z.number(),
});
export type Spent = z.infer<typeof spentSchema>;

export interface LabelledRows {
  readonly texts: readonly string[];
  /** texts × columns, of unit length */
  readonly rows: Float32Array;
  readonly columns: number;
  /** Clusters asked for, of those that have to be asked. */
  readonly clusters: number;
}

/** Writes rows to a folder that is there for the time of `work`. */
export const withRowFolder = async <Value>(
  { texts, rows, columns, clusters }: LabelledRows,
  work: (folder: string) => Promise<Value>,
): Promise<Value> => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-cluster-peers-'));
  try {
    writeFileSync(join(folder, 'rows.json'), JSON.stringify({ rows: texts.length, columns, clusters }));
    writeFileSync(join(folder, 'rows.f32'), new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength));
    writeFileSync(join(folder, 'texts.json'), JSON.stringify(texts));
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** The cluster of each row, -1 for outliers, as the process left them. */
export const readLabels = (folder: string): Int32Array => {
  const bytes = readFileSync(join(folder, 'labels.i32'));
  return new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
};
