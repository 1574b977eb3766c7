import { expect, test } from 'vitest';
import { allLimits } from '../../local/all-limits.ts';
import type { Limit } from '../../local/limit.ts';
import { AwsError } from '../../local/service.ts';
import { iamProofs, lambdaProofs } from './limits/functions.ts';
import { sagemakerProofs, schedulerProofs, statesProofs } from './limits/workflows.ts';
import { eventsProofs, snsProofs, sqsProofs } from './limits/messaging.ts';
import { dynamoDbProofs, s3Proofs } from './limits/storage.ts';
import type { Attempt, Proofs } from './limits/proof.ts';

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

interface Case {
  readonly title: string;
  readonly attempt: Attempt;
  readonly within: number;
  readonly outside: number;
  readonly beyond: string;
}

const casesOf = (service: string, limit: Limit, attempt: Attempt): readonly Case[] => {
  const { of, unit, least, most } = limit;
  const beyond = 'error' in limit.beyond ? limit.beyond.error : 'instead';
  const title = (bound: string): string => `${service}: ${of}, ${bound} ${unit}, else ${beyond}`;
  return [
    ...(most === undefined ? [] : [{ title: title(`at most ${most}`), attempt, within: most, outside: most + 1, beyond }]),
    ...(least === undefined ? [] : [{ title: title(`at least ${least}`), attempt, within: least, outside: least - 1, beyond }]),
  ];
};

const rows = Object.entries(allLimits).flatMap(([service, limits]) =>
  Object.entries(limits as Readonly<Record<string, Limit>>).map(([name, limit]) => ({
    service,
    limit,
    attempt: (proofs as Readonly<Record<string, Readonly<Record<string, Attempt>>>>)[service]?.[name] as Attempt,
  })),
);

/** What came of an attempt: nothing bad, an error by its code, or what AWS does instead. */
const outcomeOf = async (attempt: Attempt, n: number): Promise<string> => {
  try {
    // An attempt may throw at once, as templates are read.
    const done: unknown = await attempt(n);
    return done === 'instead' ? 'instead' : 'accepted';
  } catch (error) {
    if (error instanceof AwsError) return error.code;
    throw error;
  }
};

test.each(rows.flatMap(({ service, limit, attempt }) => casesOf(service, limit, attempt)))(
  '$title',
  async ({ attempt, within, outside, beyond }) => {
    expect(await outcomeOf(attempt, within)).toBe('accepted');
    expect(await outcomeOf(attempt, outside)).toBe(beyond);
  },
);

test('every limit names the page of AWS that it comes from', () => {
  for (const { limit } of rows) expect(limit.source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
});
