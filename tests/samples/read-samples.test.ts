import { describe, expect, test } from 'vitest';
import { parseSampleTickets, readSampleTickets, readSampleTopics, SampleFileError } from '../../samples/read-samples.ts';

const line = (change: Record<string, unknown> = {}): string =>
  JSON.stringify({
    id: 'C-10001',
    time: '2026-09-14T08:00:00Z',
    channel: 'chat',
    subject: 'refund',
    body: 'where is it',
    requester: 'cust-40001',
    labels: { team: 'billing', priority: 'low' },
    ...change,
  });

describe('reading sample tickets', () => {
  test('every line of the sample is a ticket', () => {
    expect(readSampleTickets().length).toBeGreaterThanOrEqual(420);
  });

  test('every topic belongs to a ticket', () => {
    const ids = new Set(readSampleTickets().map(({ id }) => id));
    expect([...readSampleTopics().keys()].filter((id) => !ids.has(id))).toEqual([]);
  });

  test('empty lines are skipped', () => {
    expect(parseSampleTickets(`${line()}\n\n`, 'x.jsonl')).toHaveLength(1);
  });

  test.each([
    ['text that is not JSON', '{"id":', 'x.jsonl line 3 is not JSON'],
    ['an unknown team', line({ labels: { team: 'sales', priority: 'low' } }), 'x.jsonl line 3: "labels.team" is wrong'],
    ['a time that is none', line({ time: 'yesterday' }), 'x.jsonl line 3: "time" is wrong'],
    ['a missing body', line({ body: undefined }), 'x.jsonl line 3: "body" is wrong'],
    ['a field that nobody knows', line({ topic: 'refund' }), 'x.jsonl line 3: the line is wrong'],
  ])('%s is refused with its line number', (_, bad, message) => {
    const read = (): unknown => parseSampleTickets(`${line()}\n\n${bad}\n${line()}`, 'x.jsonl');
    expect(read).toThrow(SampleFileError);
    expect(read).toThrow(message);
  });
});
