// The snapshot of a long event log: time and peak memory, in a process of its own. The bucket is a folder (bench/stored-bucket.ts).
// Run: npm run -s bench:snapshot [-- --lessons 1000000] [--record] [--json]
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { lineShelf } from '../adapters/files/line-shelf.ts';
import { s3EventLogScan } from '../adapters/s3/event-log.ts';
import { s3Snapshots } from '../adapters/s3/snapshots.ts';
import { NO_LABEL_CHANGES } from '../core/labels/label-map.ts';
import { takeSnapshot } from '../core/retrain/take-snapshot.ts';
import type { Snapshot } from '../core/retrain/take-snapshot.ts';
import { lessonLine } from '../cli/import/write-lessons.ts';
import { generatedTickets } from './generated-history.ts';
import { provenanceOf } from './provenance.ts';
import { storedBucket } from './stored-bucket.ts';

const RECORDED = join(import.meta.dirname, 'results', 'snapshot.json');
const NOW_MS = Date.parse('2026-11-22T12:00:00Z');
const SEED = 1;
/** As an import writes them. */
const LINES_PER_OBJECT = 5_000;
/** What λ snapshot-events has; see lib/retraining-steps.ts. */
const FUNCTION = { memoryMb: 1769, timeoutSeconds: 900 };

const { values: flags } = parseArgs({
  options: {
    lessons: { type: 'string', default: '1000000' },
    measure: { type: 'string' },
    record: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMemoryMb: number;
  readonly snapshot: Pick<Snapshot, 'counts' | 'leftOut'>;
}

const measure = async (folder: string): Promise<Measured> => {
  const data = { client: storedBucket(folder), bucket: 'data' };
  const take = takeSnapshot({
    eventLog: s3EventLogScan(data),
    snapshots: s3Snapshots(data),
    openShelf: lineShelf,
    windowDays: 365,
    labels: NO_LABEL_CHANGES,
    encoder: { name: 'use-lite', hash: 'none', msPerTicket: undefined },
    encodedHistory: () => Promise.resolve(undefined),
  });
  const [startedAt, cpuBefore] = [performance.now(), process.cpuUsage()];
  const { counts, leftOut } = await take({ version: 1, startedAt: new Date(NOW_MS).toISOString() });
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    seconds: round((performance.now() - startedAt) / 1_000),
    cpuSeconds: round((user + system) / 1e6),
    peakMemoryMb: round(process.resourceUsage().maxRSS / 1_024),
    snapshot: { counts, leftOut },
  };
};

/** @returns the hash of all that was written */
const writeLog = (folder: string, lessons: number): string => {
  const hash = createHash('sha256');
  const write = (lines: readonly string[], object: number): void => {
    const path = join(folder, 'events', 'dt=2026-11-21', `${String(object).padStart(6, '0')}.jsonl.gz`);
    mkdirSync(dirname(path), { recursive: true });
    const body = lines.join('');
    hash.update(body);
    writeFileSync(path, gzipSync(body, { level: 1 }));
  };
  let lines: string[] = [];
  let object = 0;
  for (const ticket of generatedTickets(lessons, NOW_MS, SEED)) {
    lines.push(`${JSON.stringify(lessonLine(ticket))}\n`);
    if (lines.length < LINES_PER_OBJECT) continue;
    write(lines, object++);
    lines = [];
  }
  if (lines.length > 0) write(lines, object);
  return hash.digest('hex');
};

/** With as little heap as the function has, so that what is measured would fit there. */
const inAProcess = (folder: string): Promise<Measured> =>
  new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, ['--measure', folder], {
      execArgv: [`--max-old-space-size=${Math.floor(FUNCTION.memoryMb * 0.9)}`],
    });
    child.once('message', (measured: Measured) => resolve(measured));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The snapshot ended with ${code}.`)));
  });

const compare = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-bench-snapshot-'));
  try {
    const lessons = Number(flags.lessons);
    process.stderr.write(`writing ${lessons} lessons …\n`);
    const hash = writeLog(folder, lessons);
    const provenance = provenanceOf(
      `${lessons} generated lessons`,
      hash,
      'none: in no order of time, 250 bytes of text each',
      SEED,
    );
    process.stderr.write('taking the snapshot …\n');
    const result = { ...provenance, lessons, function: FUNCTION, ...(await inAProcess(folder)) };
    if (flags.record) writeFileSync(RECORDED, `${JSON.stringify(result, null, 2)}\n`);
    process.stdout.write(`${JSON.stringify(result, null, flags.json ? 0 : 2)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

function round(value: number): number {
  return Number(value.toFixed(1));
}

if (flags.measure === undefined) await compare();
else process.send?.(await measure(flags.measure));
