import { refuseOtherMembers, validation } from './request.ts';
import type { Members } from './request.ts';

export interface Listable {
  readonly name: string;
  readonly createdAtMs: number;
  readonly status?: string;
}

/** Filters, sorts and cuts a list as the List actions do: newest first, ten to a page. */
export const listPage = <Item extends Listable>(
  action: string,
  items: Iterable<Item>,
  input: Members,
): { readonly page: readonly Item[]; readonly nextToken?: string } => {
  refuseOtherMembers(action, input, ['NameContains', 'StatusEquals', 'MaxResults', 'NextToken', 'SortBy', 'SortOrder']);
  const contains = typeof input['NameContains'] === 'string' ? input['NameContains'].toLowerCase() : '';
  const status = input['StatusEquals'];
  const found = [...items].filter(
    (item) => item.name.toLowerCase().includes(contains) && (typeof status !== 'string' || item.status === status),
  );
  const direction = input['SortOrder'] === 'Ascending' ? 1 : -1;
  const byName = input['SortBy'] === 'Name';
  const order = (left: Item, right: Item): number =>
    (byName ? 0 : left.createdAtMs - right.createdAtMs) || (left.name < right.name ? -1 : 1);
  found.sort((left, right) => direction * order(left, right));

  const size = Number(input['MaxResults'] ?? 10);
  if (!Number.isInteger(size) || size < 1 || size > 100) throw validation(`MaxResults must be within 1 to 100, but is ${size}`);
  const from = readToken(input['NextToken']);
  const page = found.slice(from, from + size);
  return { page, ...(from + size < found.length && { nextToken: Buffer.from(String(from + size)).toString('base64') }) };
};

const readToken = (token: unknown): number => {
  if (token === undefined || token === null) return 0;
  const from = typeof token === 'string' ? Number(Buffer.from(token, 'base64').toString()) : NaN;
  if (!Number.isInteger(from)) throw validation('NextToken is invalid');
  return from;
};
