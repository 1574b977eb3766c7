// How clustering grows: 2,000 to 50,000 generated tickets with their encoding, up to a million generated embeddings (a sample is
// clustered, the rest are assigned), and one ticket assigned to one of 2,000 topics. Each size in a process of its own.
// Run: npm run -s bench:cluster-growth [-- --record] [--json] [--only assignment] [--tickets 2000,10000] [--embeddings 10000,1000000]
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { measureAssignment } from './growth/assign-topic.ts';
import { exponentOf, linearithmicExponent } from './growth/exponent.ts';
import { measureSize } from './growth/measured-process.ts';
import type { Point } from './growth/measured-process.ts';
import { provenanceOf } from './provenance.ts';

const RECORDED = join(import.meta.dirname, 'results', 'clustering-growth.json');
const GROWTH = join(import.meta.dirname, 'growth');

const { values: flags } = parseArgs({
  options: {
    record: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    tickets: { type: 'string', default: '2000,5000,10000,20000,50000' },
    embeddings: { type: 'string', default: '10000,100000,1000000' },
  },
});

const PARTS = ['assignment', 'embeddings', 'tickets'] as const;
type Part = (typeof PARTS)[number];
const wanted = PARTS.filter((part) => flags.only === undefined || part === flags.only);
if (wanted.length === 0) throw new Error(`There is no part "${flags.only}"; there are ${PARTS.join(', ')}.`);
const recordedSchema = z.record(z.string(), z.unknown());

const say = (what: string): void => void process.stderr.write(`${what}\n`);

const measureAll = async (what: string, script: string, sizes: string) => {
  const points: Point[] = [];
  for (const size of sizes.split(',').map(Number)) {
    const point = await measureSize(join(GROWTH, script), size);
    say(
      `${size} ${what}: ${point.seconds} s, of CPU ${point.cpuSeconds} s, ${point.peakMemoryMb} MB, ${point.clusters} clusters`,
    );
    points.push(point);
  }
  return {
    points,
    exponentOfCpuSeconds: exponentOf(points.map(({ size, cpuSeconds }) => ({ size, cost: cpuSeconds }))),
    exponentOfNLogN: linearithmicExponent(points.map(({ size }) => size)),
  };
};

const results: Record<string, unknown> =
  flags.record && existsSync(RECORDED) ? recordedSchema.parse(JSON.parse(readFileSync(RECORDED, 'utf8'))) : {};
/** Each part as soon as it is measured, beside what was recorded of the others before. */
const keep = (part: Part, data: string, split: string, measured: object): void => {
  results[part] = { ...provenanceOf('generated', data, split), ...measured };
  if (flags.record) writeFileSync(RECORDED, `${JSON.stringify(results, null, 2)}\n`);
};

for (const part of wanted) {
  if (part === 'assignment')
    keep(part, 'embeddings around 2,000 centres', '2,000 tickets after 200 to warm up', await measureAssignment());
  if (part === 'embeddings')
    keep(part, flags.embeddings, '256-dimensional embeddings around 100 centres of unequal shares', {
      what: 'clusters of embeddings that are in memory already; beside them there is what clustering needs',
      ...(await measureAll('embeddings', 'cluster-embeddings.ts', flags.embeddings)),
    });
  if (part === 'tickets')
    keep(part, flags.tickets, 'the sample company at 3,300 tickets a week, seeded samples', {
      what: 'the whole of `cluster`: the encoder opened, every ticket encoded on two threads, clustered, named',
      ...(await measureAll('tickets', 'cluster-tickets.ts', flags.tickets)),
    });
}
process.stdout.write(`${JSON.stringify(results, null, flags.json ? 0 : 2)}\n`);
