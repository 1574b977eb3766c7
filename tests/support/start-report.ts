import type { Report } from '../../cli/start/print-summary.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.parse('2026-11-20T08:05:00.000Z');
const at = (hours: number): string => new Date(START_MS + hours * HOUR_MS).toISOString();

/** What came of a run that never took place: every part of a report has something in it. */
export const startReport = (changes: Partial<Report['summary']> = {}): Report => ({
  summary: {
    tickets: 275,
    routed: 210,
    abstained: 62,
    quarantined: 3,
    lost: 0,
    agreement: 0.9,
    topics: 14,
    emerging: 1,
    leftBecause: { 'low-confidence': 41, 'out-of-scope': 19, 'no-text': 2 },
    incidents: [
      {
        phrases: ['E-417', 'PayPal <b>error</b>'],
        subject: 'PayPal <b>error</b> E-417',
        firstSeen: at(25.4),
        noticedAt: at(26.2),
        ticketIds: Array.from({ length: 10 }, (_, index) => `T-${26 + index}`),
      },
    ],
    planted: { tickets: 22, firstSeen: at(25.4), noticedAt: at(26.2) },
    p50Ms: 310,
    p95Ms: 880,
    ticketsPerSecond: 61.2,
    awsRequestsPerTicket: 12.4,
    usdPerMillion: 87.31,
    seconds: 74.2,
    ...changes,
  },
  topicSizes: Array.from({ length: 14 }, (_, topic) => ({
    label: topic === 0 ? 'refund not received & "still waiting"' : `topic number ${topic}`,
    tickets: 30 - 2 * topic,
    byHour: new Map(
      Array.from({ length: 12 }, (__, hour) => [at(hour * 2 + (topic % 3)).slice(0, 13), ((hour * topic) % 5) + 1]),
    ),
  })),
  teams: [
    { team: 'billing', tickets: 120, routed: 100, agreed: 92 },
    { team: 'workshop', tickets: 90, routed: 70, agreed: 60 },
    { team: 'shipping', tickets: 40, routed: 19, agreed: 19 },
    { team: 'advice', tickets: 4, routed: 0, agreed: 0 },
  ],
  stages: [
    { stage: 'routing', requests: 970, functionMs: 5_100 },
    { stage: 'topics', requests: 590, functionMs: 2_000 },
    { stage: 'bus deliveries', requests: 800, functionMs: 0 },
  ],
  live: Array.from({ length: 40 }, (_, index) => ({
    id: `T-${index}`,
    time: at(index),
    channel: 'email',
    subject: 'Refund',
    body: 'Where is my refund?',
    requester: undefined,
    labels: { team: 'billing' },
  })),
});
