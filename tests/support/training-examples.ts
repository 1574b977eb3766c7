import type { TrainingExample } from '../../model/examples.ts';
import { seededRandom } from '../../model/random.ts';

/** Subjects that share no words, so that a working model must tell them apart. */
const SUBJECTS = [
  {
    team: 'billing',
    priority: 'low',
    things: ['invoice', 'refund', 'charge'],
    happenings: ['was billed twice', 'shows a wrong amount', 'is overdue'],
  },
  {
    team: 'delivery',
    priority: 'low',
    things: ['parcel', 'courier', 'shipment'],
    happenings: ['never arrived', 'got lost on the way', 'came damaged'],
  },
  {
    team: 'access',
    priority: 'high',
    things: ['password', 'login', 'account'],
    happenings: ['is locked again', 'keeps rejecting me', 'needs a reset'],
  },
  {
    team: 'hardware',
    priority: 'high',
    things: ['printer', 'monitor', 'keyboard'],
    happenings: ['stopped working', 'makes strange noises', 'flickers'],
  },
] as const;
const OPENINGS = ['Hello,', 'Good morning.', 'Hi team!', 'Dear support,', ''];
const CLOSINGS = ['Please advise.', 'Thanks a lot.', 'This is urgent!', 'Any idea?', ''];
const FIRST_TIME_MS = Date.UTC(2026, 0, 1);

/** Seeded tickets of four clear subjects in turn, labelled by team and priority. */
export const trainingExamples = (count: number, seed = 1): readonly TrainingExample[] => {
  const random = seededRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  return Array.from({ length: count }, (_, index) => {
    const { team, priority, things, happenings } = SUBJECTS[index % SUBJECTS.length]!;
    const text =
      `${pick(OPENINGS)} my ${pick(things)} ${pick(happenings)}, the ${pick(things)} ${pick(happenings)}. ${pick(CLOSINGS)}`.trim();
    return {
      ticketId: `ticket-${seed}-${String(index).padStart(5, '0')}`,
      time: new Date(FIRST_TIME_MS + index * 60_000).toISOString(),
      text,
      labels: { team, priority },
    };
  });
};

/** One example that differs from a plain one in what the test is about. */
export const trainingExample = (fields: Partial<TrainingExample>): TrainingExample => ({
  ticketId: 'ticket-1',
  time: '2026-01-01T00:00:00.000Z',
  text: 'my invoice is wrong',
  labels: { team: 'billing' },
  ...fields,
});

/** The examples as a file holds them. */
export const toJsonLines = (examples: readonly TrainingExample[]): string =>
  examples.map((example) => `${JSON.stringify(example)}\n`).join('');
