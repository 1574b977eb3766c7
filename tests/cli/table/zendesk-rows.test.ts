import { describe, expect, test } from 'vitest';
import type { LeftOutRow } from '../../../cli/table/left-out.ts';
import { zendeskRows } from '../../../cli/table/zendesk-rows.ts';
import { fileOf } from './table-file.ts';

/** As Zendesk's JSON export writes one, cut to what matters. */
const ticket = (fields: object = {}): object => ({
  url: 'https://example.zendesk.com/api/v2/tickets/35436.json',
  id: 35436,
  via: { channel: 'web', source: { rel: null } },
  created_at: '2026-03-09T10:15:00Z',
  updated_at: '2026-03-11T08:00:00Z',
  type: 'incident',
  subject: 'Where is my refund?',
  raw_subject: 'Where is my refund?',
  description: 'I sent the lamp back three weeks ago.',
  priority: 'high',
  status: 'closed',
  requester: { id: 20978392, name: 'Jo Doe', email: 'jo@example.com' },
  assignee: { id: 235323, name: 'Kim' },
  group: { id: 98738, name: 'Billing' },
  organization: null,
  tags: ['vip', 'topic_refund'],
  custom_fields: [{ id: 27642, value: '745' }],
  comments: [
    { id: 1, public: true, plain_body: 'I sent the lamp back three weeks ago.', created_at: '2026-03-09T10:15:00Z' },
    { id: 2, public: true, plain_body: 'Your refund is on its way.', created_at: '2026-03-10T10:15:00Z' },
  ],
  ...fields,
});

const read = async (content: string, columns: readonly string[]) => {
  const leftOut: LeftOutRow[] = [];
  const file = await fileOf('tickets.json', content);
  const rows = await Array.fromAsync(
    zendeskRows(
      file,
      columns,
      () => undefined,
      (row) => leftOut.push(row),
    ),
  );
  return { rows, cells: rows.map(({ cells }) => cells), leftOut };
};

const lines = (...values: readonly object[]): string => values.map((value) => JSON.stringify(value)).join('\n');

describe("Zendesk's JSON export", () => {
  test('gives the ticket, its group and people by name, tags and custom fields', async () => {
    const columns = [
      'id',
      'subject',
      'description',
      'group',
      'assignee',
      'channel',
      'tags',
      'tag:topic_',
      'field:27642',
      'priority',
    ];
    const { cells } = await read(lines(ticket()), columns);
    expect(cells).toEqual([
      [
        '35436',
        'Where is my refund?',
        'I sent the lamp back three weeks ago.',
        'Billing',
        'Kim',
        'web',
        'vip, topic_refund',
        'refund',
        '745',
        'high',
      ],
    ]);
  });

  test('an answer that came later is no part of the text', async () => {
    const { cells } = await read(lines(ticket({ description: null })), ['description']);
    expect(cells).toEqual([['I sent the lamp back three weeks ago.']]);
  });

  test('a private comment is no part of the text', async () => {
    const comments = [
      { id: 1, public: false, body: 'internal' },
      { id: 2, public: true, body: 'asked' },
    ];
    const { cells } = await read(lines(ticket({ description: '', comments })), ['description']);
    expect(cells).toEqual([['asked']]);
  });

  test('tickets that are not solved are left out, and told', async () => {
    const { rows, leftOut } = await read(lines(ticket(), ticket({ status: 'open' }), ticket({ status: 'solved' })), ['id']);
    expect(rows.map(({ number }) => number)).toEqual([1, 3]);
    expect(leftOut).toEqual([{ number: 2, reason: 'not-resolved', detail: 'status open' }]);
  });

  test('pages of the API are read as well, with the names of groups and people that lie beside the tickets', async () => {
    const flat = { ...ticket(), group: undefined, assignee: undefined };
    const page = {
      tickets: [
        { ...flat, group_id: 7, assignee_id: 8 },
        { ...flat, group_id: 9, assignee_id: null },
      ],
      groups: [{ id: 7, name: 'Workshop' }],
      users: [{ id: 8, name: 'Kim' }],
      count: 2,
    };
    expect((await read(lines(page, page), ['group', 'assignee'])).rows).toEqual([
      { number: 1, cells: ['Workshop', 'Kim'] },
      { number: 2, cells: ['9', ''] },
      { number: 3, cells: ['Workshop', 'Kim'] },
      { number: 4, cells: ['9', ''] },
    ]);
  });

  test.for([
    ['{"text":"no ticket"}\n', ['id'], /is not Zendesk's JSON export: line 1 is no ticket with an id and a status; export/],
    ['{\n "tickets": []\n}\n', ['id'], /line 1 is not a JSON object.*jq -c/],
    [lines(ticket()), ['team'], /has no column "team"; it has id, created_at, subject/],
  ] as const)('%j is refused with a sentence', async ([content, columns, message]) => {
    await expect(read(content, columns)).rejects.toThrow(message);
  });
});
