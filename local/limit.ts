import { AwsError } from './service.ts';

/** A bound that AWS sets, which the local cloud holds requests and templates to. */
export interface Limit {
  /** What is bounded. */
  readonly of: string;
  readonly unit: string;
  readonly least?: number;
  readonly most?: number;
  /** AWS's error code outside the bounds; where AWS does something else instead, that. */
  readonly beyond: { readonly error: string } | { readonly instead: string };
  /** AWS's own page about it. */
  readonly source: string;
}

/** A limit beyond which AWS answers with an error. */
export interface RefusingLimit extends Limit {
  readonly beyond: { readonly error: string };
}

export type Limits = Readonly<Record<string, Limit>>;

/** Whether a number lies within the bounds. */
export const isWithin = (limit: Limit, value: number): boolean =>
  value >= (limit.least ?? -Infinity) && value <= (limit.most ?? Infinity);

/** @throws AwsError with AWS's code where the number lies outside the bounds */
export const refuseBeyond = (limit: RefusingLimit, value: number, message: string): void => {
  if (!isWithin(limit, value)) throw new AwsError(limit.beyond.error, message);
};
