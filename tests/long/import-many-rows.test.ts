import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';

const ROOT = resolve(import.meta.dirname, '../..');

const resultSchema = z.object({ tickets: z.number(), objects: z.number(), residentMb: z.number() });

/** In a process of its own, whose memory is then that of the import. */
const importOf = async (rows: number): Promise<z.infer<typeof resultSchema>> => {
  const { stdout } = await promisify(execFile)(process.execPath, ['bench/import.ts', '--rows', String(rows), '--json'], {
    cwd: ROOT,
  });
  return resultSchema.parse(JSON.parse(stdout));
};

/** Five million rows took 440 MB (bench/results/import.json): what grows with the rows are 14 to 27 bytes for each id. */
const MOST_RESIDENT_MB = 600;

test('a file of 400,000 rows in no order of time is imported in bounded memory, into objects of many tickets', async () => {
  const { tickets, objects, residentMb } = await importOf(400_000);
  expect(tickets).toBe(396_000);
  expect(tickets / objects).toBeGreaterThan(100);
  expect(residentMb).toBeLessThan(MOST_RESIDENT_MB);
}, 300_000);
