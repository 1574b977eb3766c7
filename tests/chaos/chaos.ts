// `npm run -s test:chaos`: seeded runs of the journey under faults. Options: --runs 200, --seed 1 (of the first run), --workers 2,
// --plant NAME (of a defect, to see the suite find it), --json (one JSON object on stdout).
import { parseArgs } from 'node:util';
import { PLANTS } from './chaos-bench.ts';
import type { ChaosReport } from './chaos-run.ts';
import { runSeeds } from './run-seeds.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '2' },
    plant: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const numberOf = (name: 'runs' | 'seed' | 'workers'): number => {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  console.error(`--${name} is ${values[name]}; it is a whole number from 1`);
  return process.exit(2);
};

const [runs, firstSeed, workers] = [numberOf('runs'), numberOf('seed'), numberOf('workers')];
if (values.plant !== undefined && !Object.hasOwn(PLANTS, values.plant)) {
  console.error(`--plant is ${values.plant}; it is one of ${Object.keys(PLANTS).join(', ')}`);
  process.exit(2);
}

const findingsOf = ({ lost, doubled, wrong }: ChaosReport): readonly string[] => [
  ...lost.map((one) => `lost: ${one}`),
  ...doubled.map((one) => `doubled: ${one}`),
  ...wrong,
];

let ran = 0;
const onReport = (report: ChaosReport, tookMs: number): void => {
  const findings = findingsOf(report);
  const faults = report.rules.map(
    ({ service, action, rate, fault }) => `${service}:${action ?? '*'} ${fault.kind} ${rate?.toFixed(2)}`,
  );
  const verdict = findings.length === 0 ? 'ok    ' : 'FAILED';
  console.error(`${++ran}/${runs} ${verdict} seed ${report.seed} (${Math.round(tookMs)} ms): ${faults.join('; ')}`);
  for (const finding of findings) console.error(`         ${finding}`);
};

const startedAt = performance.now();
const { plant } = values;
const seeds = Array.from({ length: runs }, (_, n) => firstSeed + n);
const { reports, faults } = await runSeeds({ seeds, workers, plant, onReport });
const sum = (of: (report: ChaosReport) => number): number => reports.reduce((total, report) => total + of(report), 0);
const failedSeeds = reports.filter((report) => findingsOf(report).length > 0).map(({ seed }) => seed);
const summary = {
  runs: reports.length,
  tickets: sum(({ tickets }) => tickets),
  lost: sum(({ lost }) => lost.length),
  doubled: sum(({ doubled }) => doubled.length),
  wrong: sum(({ wrong }) => wrong.length),
  failedSeeds,
  seconds: Math.round((performance.now() - startedAt) / 1_000),
  faults,
};
console.log(values.json ? JSON.stringify(summary) : JSON.stringify(summary, undefined, 2));
for (const seed of failedSeeds) {
  console.error(
    `seed ${seed} failed; run it again: npm run -s test:chaos -- --runs 1 --seed ${seed}${plant === undefined ? '' : ` --plant ${plant}`}`,
  );
}
if (failedSeeds.length > 0) process.exitCode = 1;
