import { UserError } from '../user-error.ts';
import { noColumn } from './find-columns.ts';
import { jsonObjects } from './jsonl-rows.ts';
import type { JsonObject } from './jsonl-rows.ts';
import type { OnLeftOut } from './left-out.ts';
import { openFile } from './open-file.ts';
import type { TableRow } from './table-row.ts';

/**
 * What can be read of a ticket of Zendesk, beside `tag:PREFIX` (the rest of the first tag that begins so) and `field:ID` (a custom
 * field's value).
 */
export const ZENDESK_COLUMNS = [
  'id',
  'created_at',
  'subject',
  'description',
  'group',
  'assignee',
  'organization',
  'requester',
  'status',
  'priority',
  'type',
  'channel',
  'tags',
] as const;

/** Before that, people may still send the ticket elsewhere. */
const RESOLVED: ReadonlySet<unknown> = new Set(['solved', 'closed']);
const TAG = 'tag:';
const FIELD = 'field:';

/**
 * Tickets of Zendesk's JSON export (https://support.zendesk.com/hc/en-us/articles/4408886165402): one ticket a line, with its people and
 * group as objects; or of its API's pages (`{"tickets":[…],"groups":[…],"users":[…]}`), one page a line. Tickets that are not solved
 * are left out. The description is the first public comment where the ticket has none of its own; what came later, an agent's answer
 * among it, is not known when a ticket is routed, and so not read.
 * @param columns of ZENDESK_COLUMNS, `tag:PREFIX` or `field:ID`
 * @throws UserError saying what is wrong with the file and what to do, while iterating
 */
export async function* zendeskRows(
  file: string,
  columns: readonly string[],
  onNote: Parameters<typeof openFile>[1],
  onLeftOut: OnLeftOut,
): AsyncGenerator<TableRow> {
  for (const column of columns)
    if (!isColumn(column)) throw noColumn(file, [...ZENDESK_COLUMNS, `${TAG}PREFIX`, `${FIELD}ID`], column);
  const { content } = await openFile(file, onNote);
  let number = 0;
  let tickets = 0;
  for await (const { number: line, object } of jsonObjects(file, content, onLeftOut)) {
    const page = isPage(object);
    const names = page ? namesOf(object) : NO_NAMES;
    for (const ticket of page ? object.tickets : [object]) {
      // Of a page, tickets are counted; of the export, lines are.
      number = page ? number + 1 : line;
      if (!isObject(ticket) || !('id' in ticket) || !('status' in ticket)) {
        if (tickets === 0) throw notZendesk(file, line);
        onLeftOut({ number, reason: 'not-json', detail: 'not a ticket of Zendesk' });
        continue;
      }
      tickets++;
      if (RESOLVED.has(ticket['status'])) yield { number, cells: columns.map((column) => cellOf(ticket, column, names)) };
      else onLeftOut({ number, reason: 'not-resolved', detail: `status ${textOf(ticket['status'])}` });
    }
  }
}

const isColumn = (column: string): boolean =>
  ZENDESK_COLUMNS.some((known) => known === column) ||
  (column.startsWith(TAG) && column.length > TAG.length) ||
  (column.startsWith(FIELD) && column.length > FIELD.length);

interface Names {
  readonly groups: ReadonlyMap<unknown, string>;
  readonly users: ReadonlyMap<unknown, string>;
  readonly organizations: ReadonlyMap<unknown, string>;
}

const NO_NAMES: Names = { groups: new Map(), users: new Map(), organizations: new Map() };

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

const isPage = (object: JsonObject): object is JsonObject & { readonly tickets: readonly unknown[] } =>
  Array.isArray(object['tickets']) && !('subject' in object);

const namesOf = (page: JsonObject): Names => {
  const named = (list: unknown): ReadonlyMap<unknown, string> =>
    new Map(Array.isArray(list) ? list.filter(isObject).map((one) => [one['id'], textOf(one['name'])]) : []);
  return { groups: named(page['groups']), users: named(page['users']), organizations: named(page['organizations']) };
};

const cellOf = (ticket: JsonObject, column: string, names: Names): string => {
  if (column.startsWith(TAG)) return tagOf(ticket, column.slice(TAG.length));
  if (column.startsWith(FIELD)) return fieldOf(ticket, column.slice(FIELD.length));
  switch (column) {
    case 'group':
      return nameOf(ticket, 'group', names.groups);
    case 'assignee':
      return nameOf(ticket, 'assignee', names.users);
    case 'requester':
      return nameOf(ticket, 'requester', names.users);
    case 'organization':
      return nameOf(ticket, 'organization', names.organizations);
    case 'subject':
      return textOf(ticket['subject']) || textOf(ticket['raw_subject']);
    case 'description':
      return textOf(ticket['description']) || firstComment(ticket['comments']);
    case 'channel':
      return isObject(ticket['via']) ? textOf(ticket['via']['channel']) : '';
    case 'tags':
      return Array.isArray(ticket['tags']) ? ticket['tags'].map(textOf).join(', ') : '';
    default:
      return textOf(ticket[column]);
  }
};

/** By name where the file has it, else by the id that stands for it. */
const nameOf = (ticket: JsonObject, what: string, names: ReadonlyMap<unknown, string>): string => {
  const whole = ticket[what];
  if (isObject(whole)) return textOf(whole['name']) || textOf(whole['id']);
  const id = ticket[`${what}_id`];
  return names.get(id) ?? textOf(id);
};

const tagOf = (ticket: JsonObject, prefix: string): string => {
  const tags = Array.isArray(ticket['tags']) ? ticket['tags'].map(textOf) : [];
  return tags.find((tag) => tag.startsWith(prefix))?.slice(prefix.length) ?? '';
};

const fieldOf = (ticket: JsonObject, id: string): string => {
  const fields = Array.isArray(ticket['custom_fields']) ? ticket['custom_fields'] : ticket['fields'];
  const field = Array.isArray(fields) ? fields.find((one) => isObject(one) && textOf(one['id']) === id) : undefined;
  return isObject(field) ? textOf(field['value']) : '';
};

const firstComment = (comments: unknown): string => {
  const first = Array.isArray(comments) ? comments.find((one) => isObject(one) && one['public'] !== false) : undefined;
  return isObject(first) ? textOf(first['plain_body']) || textOf(first['body']) : '';
};

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

const notZendesk = (file: string, line: number): UserError =>
  new UserError(
    `${file} is not Zendesk's JSON export: line ${line} is no ticket with an id and a status; export the tickets as JSON, or leave --format away and name the columns.`,
  );
