import { refuseBeyond } from '../limit.ts';
import { AwsError } from '../service.ts';
import { statesLimits } from './limits.ts';

interface PageRequest {
  readonly maxResults?: unknown;
  readonly nextToken?: unknown;
}

const DEFAULT_PAGE = 100;

/** Cuts a page out of a list. @throws AwsError InvalidToken */
export const pageOf = <T>(
  list: readonly T[],
  { maxResults, nextToken }: PageRequest,
): { items: readonly T[]; nextToken?: string } => {
  const size = Number(maxResults) || DEFAULT_PAGE;
  refuseBeyond(
    statesLimits.page,
    size,
    `Value '${size}' at 'maxResults' failed to satisfy constraint: at most ${statesLimits.page.most}`,
  );
  const from = nextToken === undefined || nextToken === null ? 0 : Number(nextToken);
  if (!Number.isInteger(from) || from < 0) throw new AwsError('InvalidToken', `Invalid Token: '${String(nextToken)}'`);
  const to = from + size;
  return { items: list.slice(from, to), ...(to < list.length ? { nextToken: String(to) } : {}) };
};
