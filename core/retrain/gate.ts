import type { ModelVersions } from './model-versions.ts';
import { binomialUpperTail, SIGNIFICANCE_LEVEL, signTest } from './sign-test.ts';
import type { Evaluation, GateInput } from './steps.ts';

/** A model that cannot score one ticket in twenty is broken, however good it is on the rest. */
export const MAX_FAILED_SHARE = 0.05;

export interface GateResult {
  /** `promote`: there is no champion to protect. `prove`: better on test tickets, now to be shown on live ones. */
  readonly verdict: 'promote' | 'prove' | 'reject';
  /** One sentence for a person. */
  readonly reason: string;
  /** Shares of the test tickets, 0..1; `majority` is that of always naming the team that most of them went to. */
  readonly accuracy: { readonly champion: number | null; readonly challenger: number; readonly majority: number };
  readonly n: number;
  /** One-sided p-value of the challenger being better than what it is held against, 0..1. */
  readonly pValue: number;
}

/**
 * Decides whether a challenger goes on. Against a champion: the exact sign test on the tickets that only one of the two got right.
 * Without a champion: the exact binomial test against the share of the commonest team, which is the best that any constant answer
 * could have reached on these tickets.
 */
export function gateChallenger({ version, champion, evaluations }: Omit<GateInput, 'counts'>): GateResult {
  const sum = evaluations.reduce(add, NOTHING);
  const { n } = sum;
  const right = sum.bothRight + sum.onlyChallengerRight;
  const championRight = sum.bothRight + sum.onlyChampionRight;
  const majorityCount = Math.max(0, ...Object.values(sum.labelCounts.team));
  const share = (part: number): number => (n === 0 ? 0 : part / n);
  const accuracy = {
    champion: champion === null ? null : share(championRight),
    challenger: share(right),
    majority: share(majorityCount),
  };
  const pValue =
    n === 0
      ? 1
      : champion === null
        ? binomialUpperTail(right, n, accuracy.majority)
        : signTest(sum.onlyChallengerRight, sum.onlyChampionRight);
  const result = (verdict: GateResult['verdict'], reason: string): GateResult => ({ verdict, reason, accuracy, n, pValue });

  if (n === 0) return result('reject', 'There was no test ticket with a team to judge by.');
  if (sum.failed > MAX_FAILED_SHARE * n) {
    return result('reject', `Version ${version} could not score ${sum.failed} of ${n} test tickets.`);
  }
  const rival =
    champion === null
      ? `always naming the commonest team on ${percent(accuracy.majority)}`
      : `the champion, version ${champion}, on ${percent(share(championRight))}`;
  const comparison = `Version ${version} is right on ${percent(accuracy.challenger)} of ${n} test tickets, ${rival}`;
  if (pValue >= SIGNIFICANCE_LEVEL) {
    return result('reject', `${comparison}: that it is better is not proven (p ${pText(pValue)}).`);
  }
  return result(champion === null ? 'promote' : 'prove', `${comparison}: proven to be better (p ${pText(pValue)}).`);
}

const NOTHING: Evaluation = {
  n: 0,
  failed: 0,
  onlyChampionRight: 0,
  onlyChallengerRight: 0,
  bothRight: 0,
  neitherRight: 0,
  labelCounts: { team: {} },
};

function add(a: Evaluation, b: Evaluation): Evaluation {
  const team = { ...a.labelCounts.team };
  for (const [label, count] of Object.entries(b.labelCounts.team)) team[label] = (team[label] ?? 0) + count;
  return {
    n: a.n + b.n,
    failed: a.failed + b.failed,
    onlyChampionRight: a.onlyChampionRight + b.onlyChampionRight,
    onlyChallengerRight: a.onlyChallengerRight + b.onlyChallengerRight,
    bothRight: a.bothRight + b.bothRight,
    neitherRight: a.neitherRight + b.neitherRight,
    labelCounts: { team },
  };
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const pText = (p: number): string => (p < 0.001 ? '< 0.001' : `= ${p.toFixed(3)}`);

/** Gates a challenger and keeps the result on its record. */
export const judgeByTestTickets =
  ({ versions }: { readonly versions: Pick<ModelVersions, 'recordVerdict'> }) =>
  async (input: GateInput): Promise<GateResult> => {
    const result = gateChallenger(input);
    await versions.recordVerdict(input.version, result, input.counts);
    return result;
  };
