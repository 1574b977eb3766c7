// How clustering grows: 2,000 to 50,000 generated tickets with their encoding, up to a million generated embeddings (a sample is
// clustered, the rest are assigned), and one ticket assigned to one of 2,000 topics. Each size in a process of its own.
// Run: npm run -s bench:cluster-growth [-- --record] [--json] [--tickets 2000,10000] [--embeddings 10000,1000000]
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
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
    tickets: { type: 'string', default: '2000,5000,10000,20000,50000' },
    embeddings: { type: 'string', default: '10000,100000,1000000' },
  },
});

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

const result = {
  ...provenanceOf(
    'generated',
    `sample company, ${flags.tickets}; embeddings, ${flags.embeddings}`,
    'the sample company at 3,300 tickets a week, seeded samples; 256-dimensional embeddings around 100 centres of unequal shares',
  ),
  tickets: {
    what: 'the whole of `cluster`: the encoder opened, every ticket encoded on one thread, clustered, named',
    ...(await measureAll('tickets', 'cluster-tickets.ts', flags.tickets)),
  },
  embeddings: {
    what: 'clusters of embeddings that are in memory already; beside them there is what clustering needs',
    ...(await measureAll('embeddings', 'cluster-embeddings.ts', flags.embeddings)),
  },
  assignment: await measureAssignment(),
};
process.stdout.write(`${JSON.stringify(result, null, flags.json ? 0 : 2)}\n`);
if (flags.record) writeFileSync(RECORDED, `${JSON.stringify(result, null, 2)}\n`);
