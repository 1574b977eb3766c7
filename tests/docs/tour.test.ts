import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { abstainReasonSchema } from '../../core/contracts/bus-event.ts';
import { receiveTicketEvent } from '../../core/event/receive.ts';
import { STEP_NAMES } from '../../lib/retraining-definition.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/tour.md'), 'utf8');

test("the tour's event is one that is taken in", () => {
  const event = /```json\n(.*?)\n```/s.exec(page)?.[1] ?? '';
  expect(receiveTicketEvent(event, Date.parse('2026-11-22T10:16:00Z'))).toMatchObject({ kind: 'accepted' });
});

test('the tour names every reason for which a ticket is left to people, and no other', () => {
  const table = page.split('| reason | because |')[1]?.split('\n\n')[0] ?? '';
  const named = table
    .split('\n')
    .slice(2)
    .flatMap((row) => Array.from((row.split('|')[1] ?? '').matchAll(/`([\w-]+)`/g), ([, reason = '']) => reason));
  expect(named.toSorted()).toEqual(abstainReasonSchema.options.toSorted());
});

test('the tour passes every step of the retraining', () => {
  const files = {
    'begin-retraining': 'begin-retraining',
    'snapshot-events': 'take-snapshot',
    'evaluate-tickets': 'evaluate-batch',
    'gate-challenger': 'gate',
    'observe-challenger': 'observe-challenger',
    'move-pointer': 'pointer-moves',
    'end-retraining': 'end-retraining',
  } satisfies Record<(typeof STEP_NAMES)[number], string>;
  for (const step of STEP_NAMES) expect(page).toContain(`](../core/retrain/${files[step]}.ts)`);
});
