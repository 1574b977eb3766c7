import { allLimits } from '../../../local/all-limits.ts';
import type { Limit } from '../../../local/limit.ts';
import { AwsError } from '../../../local/service.ts';
import { iamProofs, lambdaProofs } from './functions.ts';
import { sagemakerProofs, schedulerProofs, statesProofs } from './workflows.ts';
import { eventsProofs, snsProofs, sqsProofs } from './messaging.ts';
import { dynamoDbProofs, s3Proofs } from './storage.ts';
import type { Attempt, Proofs } from './proof.ts';

/** The table of docs/local-cloud.md, row by row: what is done at each limit and one beyond it. */
const proofs: { readonly [Service in keyof typeof allLimits]: Proofs<(typeof allLimits)[Service]> } = {
  sqs: sqsProofs,
  sns: snsProofs,
  events: eventsProofs,
  dynamodb: dynamoDbProofs,
  s3: s3Proofs,
  lambda: lambdaProofs,
  states: statesProofs,
  scheduler: schedulerProofs,
  sagemaker: sagemakerProofs,
  iam: iamProofs,
};

export interface LimitCase {
  readonly title: string;
  readonly attempt: Attempt;
  readonly within: number;
  readonly outside: number;
  readonly beyond: string;
}

const bothBounds = (service: string, limit: Limit, attempt: Attempt): readonly LimitCase[] => {
  const { of, unit, least, most } = limit;
  const beyond = 'error' in limit.beyond ? limit.beyond.error : 'instead';
  const title = (bound: string): string => `${service}: ${of}, ${bound} ${unit}, else ${beyond}`;
  return [
    ...(most === undefined ? [] : [{ title: title(`at most ${most}`), attempt, within: most, outside: most + 1, beyond }]),
    ...(least === undefined ? [] : [{ title: title(`at least ${least}`), attempt, within: least, outside: least - 1, beyond }]),
  ];
};

/** Those that need tens of thousands of something, for seconds of computing: tests/long proves them. */
const slow: ReadonlySet<string> = new Set(['states childConcurrency', 'sqs inFlight']);

const rows = Object.entries(allLimits).flatMap(([service, limits]) =>
  Object.entries(limits as Readonly<Record<string, Limit>>).map(([name, limit]) => ({
    service,
    limit,
    pace: slow.has(`${service} ${name}`) ? ('slow' as const) : ('quick' as const),
    attempt: (proofs as Readonly<Record<string, Readonly<Record<string, Attempt>>>>)[service]?.[name] as Attempt,
  })),
);

/** Each row at its bounds: within and one beyond. */
export const limitCases = (pace: 'quick' | 'slow'): readonly LimitCase[] =>
  rows.filter((row) => row.pace === pace).flatMap(({ service, limit, attempt }) => bothBounds(service, limit, attempt));

/** What came of an attempt: nothing bad, an error by its code, or what AWS does instead. */
export const outcomeOf = async (attempt: Attempt, n: number): Promise<string> => {
  try {
    // An attempt may throw at once, as templates are read.
    const done: unknown = await attempt(n);
    return done === 'instead' ? 'instead' : 'accepted';
  } catch (error) {
    if (error instanceof AwsError) return error.code;
    throw error;
  }
};
