import { describe, expect, test } from 'vitest';
import { allLimits } from '../../local/all-limits.ts';
import type { Limit } from '../../local/limit.ts';
import { AwsError } from '../../local/service.ts';
import { eventsProofs, snsProofs, sqsProofs } from './limits/messaging.ts';
import type { Attempt, Proofs } from './limits/proof.ts';

/** The table of docs/local-cloud.md, row by row: what is done at each limit and one beyond it. */
const proofs: { readonly [Service in keyof typeof allLimits]: Proofs<(typeof allLimits)[Service]> } = {
  sqs: sqsProofs,
  sns: snsProofs,
  events: eventsProofs,
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

describe.each(rows)('$service: $limit.of', ({ limit, attempt }) => {
  const beyond = 'error' in limit.beyond ? limit.beyond.error : 'instead';

  test(`${limit.most} ${limit.unit} are accepted, one more: ${beyond}`, async () => {
    expect(await outcomeOf(attempt, limit.most)).toBe('accepted');
    expect(await outcomeOf(attempt, limit.most + 1)).toBe(beyond);
  });

  if (limit.least === undefined) return;
  const { least } = limit;
  test(`${least} are enough, one less: ${beyond}`, async () => {
    expect(await outcomeOf(attempt, least)).toBe('accepted');
    expect(await outcomeOf(attempt, least - 1)).toBe(beyond);
  });
});

test('every limit names the page of AWS that it comes from', () => {
  for (const { limit } of rows) expect(limit.source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
});
