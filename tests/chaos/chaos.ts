// `npm run -s test:chaos`: seeded runs of the journey under faults. Options: --runs 200, --seed 1 (of the first run), --json.
import { parseArgs } from 'node:util';
import { startJourney } from '../support/running-journey.ts';
import { chaosBench, chaosRun } from './chaos-run.ts';
import type { ChaosReport } from './chaos-run.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs);
const firstSeed = Number(values.seed);

const say = (line: string): void => {
  if (!values.json) process.stdout.write(`${line}\n`);
};

const journey = await startJourney();
try {
  const startedAt = performance.now();
  await journey.train();
  const bench = chaosBench(journey);
  const reports: ChaosReport[] = [];
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const runStartedAt = performance.now();
    const report = await chaosRun(bench, seed);
    reports.push(report);
    const faults = report.rules.map(
      ({ service, action, rate, fault }) => `${service}:${action ?? '*'} ${fault.kind} ${rate?.toFixed(2)}`,
    );
    const findings = [
      ...report.lost.map((one) => `lost: ${one}`),
      ...report.doubled.map((one) => `doubled: ${one}`),
      ...report.wrong,
    ];
    say(
      `${findings.length === 0 ? 'ok    ' : 'FAILED'} seed ${seed} (${Math.round(performance.now() - runStartedAt)} ms, ${report.deadLetters} dead letters): ${faults.join('; ')}`,
    );
    for (const finding of findings) say(`         ${finding}`);
  }
  const faults: Record<string, number> = {};
  for (const { kind, count } of journey.cloud.faults.counts()) faults[kind] = (faults[kind] ?? 0) + count;
  const sum = (of: (report: ChaosReport) => number): number => reports.reduce((total, report) => total + of(report), 0);
  const summary = {
    runs: reports.length,
    tickets: sum(({ tickets }) => tickets),
    lost: sum(({ lost }) => lost.length),
    doubled: sum(({ doubled }) => doubled.length),
    wrong: sum(({ wrong }) => wrong.length),
    deadLetters: sum(({ deadLetters }) => deadLetters),
    failedSeeds: reports
      .filter(({ lost, doubled, wrong }) => lost.length + doubled.length + wrong.length > 0)
      .map(({ seed }) => seed),
    seconds: Math.round((performance.now() - startedAt) / 1_000),
    faults,
  };
  process.stdout.write(`${JSON.stringify(summary)}\n`);
  if (summary.failedSeeds.length > 0) process.exitCode = 1;
} finally {
  await journey.close();
}
