// Importing a long file: time and memory. The event log packs as it does on S3, and forgets what it was given.
// Run: npm run -s bench:import [-- --rows 5000000] [--record] [--json]
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { openHistory } from '../cli/import/history-file.ts';
import { understandHistory } from '../cli/import/understand-history.ts';
import { writeHistory } from '../cli/import/write-history.ts';
import type { EventLogWriter } from '../core/archive/event-log.ts';
import { NO_LABEL_CHANGES } from '../core/labels/label-map.ts';
import { writeGeneratedHistory } from './generated-history.ts';
import { provenanceOf } from './provenance.ts';

const RECORDED = join(import.meta.dirname, 'results', 'import.json');
const NOW_MS = Date.parse('2026-11-22T12:00:00Z');
const MB = 1_048_576;
const SEED = 1;

const { values: flags } = parseArgs({
  options: {
    rows: { type: 'string', default: '5000000' },
    record: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const rows = Number(flags.rows);

const folder = mkdtempSync(join(tmpdir(), 'signalbox-bench-import-'));
try {
  const file = join(folder, 'history.csv.gz');
  await writeGeneratedHistory(file, rows, NOW_MS, SEED);
  // Now: the code that is measured is loaded, whatever is committed meanwhile.
  const provenance = provenanceOf(
    `${rows} generated tickets`,
    readFileSync(file),
    'none: in no order of time, 250 bytes each',
    SEED,
  );
  const history = await openHistory(file, 'table', {});
  let logBytes = 0;
  let objects = 0;
  const log: EventLogWriter = {
    append: (lines) => {
      objects++;
      logBytes += gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join('')).length;
      return Promise.resolve([`object-${objects}`]);
    },
  };
  const started = performance.now();
  const understood = await understandHistory(history, { labels: NO_LABEL_CHANGES, nowMs: NOW_MS, onRows: () => undefined });
  const understoodAt = performance.now();
  const rssOfUnderstanding = process.resourceUsage().maxRSS / 1024;
  const written = await writeHistory(history, understood, {
    log,
    nowMs: NOW_MS,
    recordedAt: new Date(NOW_MS).toISOString(),
    onTickets: () => undefined,
  });
  const ended = performance.now();
  const result = {
    rows,
    fileMb: round(statSync(file).size / MB),
    tickets: written.lines,
    refused: understood.refused.map(({ reason, count }) => ({ reason, count })),
    objects: written.objects,
    eventLogMb: round(logBytes / MB),
    understandSeconds: round((understoodAt - started) / 1_000),
    writeSeconds: round((ended - understoodAt) / 1_000),
    // The highest resident memory of the process up to then, as the operating system counts it.
    residentMbUnderstanding: Math.round(rssOfUnderstanding),
    residentMb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
  process.stdout.write(`${flags.json ? JSON.stringify(result) : JSON.stringify(result, undefined, 2)}\n`);
  if (flags.record) {
    writeFileSync(RECORDED, `${JSON.stringify({ ...provenance, ...result }, undefined, 2)}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
