import type { RoutingMeasurement } from './measure-routing.ts';
import type { QualityGoal, QualitySet } from './quality-sets.ts';

/** From this n on an ECE of at most 2 % will do; below it, one inside the band of a calibrated model. */
const MANY = 3_000;
const SMALL_ECE = 0.02;

export interface GoalResult extends QualityGoal {
  /** Mean over the seeds; undefined where the number was not measured. */
  readonly mean: number | undefined;
  readonly lowest: number | undefined;
  readonly highest: number | undefined;
}

export interface SetSummary {
  readonly goals: readonly GoalResult[];
  readonly ece: number;
  /** Seeds whose ECE is inside the 95 % band of a calibrated model (or at most its upper end), or at most 2 % where n is 3,000 and more. */
  readonly calibratedSeeds: number;
  readonly seconds: number;
}

const numberOf = (run: RoutingMeasurement, name: QualityGoal['number']): number | undefined =>
  name === 'accuracy' ? run.accuracy : run.outOfScope?.[name];

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** @param runs one a seed, at least one */
export const summarizeQuality = ({ goals }: QualitySet, runs: readonly RoutingMeasurement[]): SetSummary => ({
  goals: goals.map((goal) => {
    const values = runs.flatMap((run) => numberOf(run, goal.number) ?? []);
    const complete = values.length === runs.length;
    return {
      ...goal,
      mean: complete ? meanOf(values) : undefined,
      lowest: complete ? Math.min(...values) : undefined,
      highest: complete ? Math.max(...values) : undefined,
    };
  }),
  ece: meanOf(runs.map(({ ece }) => ece)),
  calibratedSeeds: runs.filter(({ n, ece, eceIfCalibrated }) => ece <= eceIfCalibrated.high || (n >= MANY && ece <= SMALL_ECE))
    .length,
  seconds: meanOf(runs.map(({ trainSeconds }) => trainSeconds)),
});

const percent = (value: number | undefined): string => (value === undefined ? 'not reached' : (100 * value).toFixed(1));

/** Lines of a table for a person. */
export const qualityLines = (name: string, summary: SetSummary, seeds: number): readonly string[] => [
  ...summary.goals.map(({ number, mean, lowest, highest, floor, aims }) =>
    [
      name.padEnd(18),
      number.padEnd(11),
      mean === undefined ? percent(mean) : `${percent(mean)} (${percent(lowest)} to ${percent(highest)})`.padEnd(22),
      `floor ${percent(floor)}`,
      `aim ${aims.map(percent).join(', ')}`,
      mean === undefined || mean < floor ? 'BELOW THE FLOOR' : mean > (aims[0] ?? 1) ? 'above the aim' : 'above the floor',
    ].join('  '),
  ),
  `${name.padEnd(18)}  ECE ${percent(summary.ece)} %, calibrated in ${summary.calibratedSeeds} of ${seeds} seeds; trained in ${summary.seconds.toFixed(1)} s`,
];
