import type { Limit } from '../../../local/limit.ts';

/**
 * Does something that counts exactly `n` against a limit. It rejects with AWS's error where that is refused; where AWS does something
 * else instead of refusing, it says whether it did.
 */
export type Attempt = (n: number) => unknown;

/** One for every limit of a service, by its name: a limit without one does not compile. */
export type Proofs<Table extends Readonly<Record<string, Limit>>> = { readonly [Name in keyof Table]: Attempt };

export const operator = { name: 'operator', principal: 'arn:aws:iam::000000000000:user/operator' };

export const place = { region: 'eu-central-1', accountId: '000000000000' };
