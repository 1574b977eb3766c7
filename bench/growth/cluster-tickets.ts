// Clusters so many generated tickets as the command `cluster` does, opening of the encoder and encoding included; prints what it took.
import { clusterTexts } from '../../model/cluster/cluster-texts.ts';
import { openEncoder } from '../../model/encoder/open-encoder.ts';
import { useLiteFolder } from '../../model/encoder/write-use-lite.ts';
import { samplePositions } from '../../model/random.ts';
import { sampleCompany } from '../../samples/sample-company.ts';
import { peakMemoryMb, startMeter } from './measured-process.ts';
import type { Point } from './measured-process.ts';

const SEED = 1;
const MIN_SIZE = 5;
/** Makes some 52,000 tickets. */
const TICKETS_PER_WEEK = 3_300;

const size = Number(process.argv[2]);
const company = sampleCompany({ ticketsPerWeek: TICKETS_PER_WEEK });
if (company.length < size) throw new Error(`The sample company has ${company.length} tickets; ask for as many at most.`);
const texts = Array.from(samplePositions(company.length, size, SEED), (at) => {
  const { subject, body } = company[at]!.ticket;
  return `${subject}\n${body}`;
});
const meter = startMeter();
const encoder = await openEncoder(useLiteFolder(), { threads: 2 });
let reading = meter();
const { clusters, ofText } = await clusterTexts({
  texts,
  reader: { kind: 'encoder', encoder },
  seed: SEED,
  minSize: MIN_SIZE,
  onProgress: (stage) => {
    if (stage === 'reading') reading = meter();
  },
});
const point: Point = {
  size,
  clusters: clusters.length,
  outliers: Number((ofText.filter((cluster) => cluster === -1).length / size).toFixed(4)),
  ...meter(),
  peakMemoryMb: peakMemoryMb(),
  details: { encodedAfterSeconds: reading.seconds, encodedAfterCpuSeconds: reading.cpuSeconds },
};
process.stdout.write(JSON.stringify(point));
