import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSample } from '../../cli/start/read-tickets.ts';
import { createdEvent } from '../../cli/start/replay-tickets.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { BUS_SOURCE, ticketRoutedSchema, topicEmergingSchema } from '../../core/contracts/bus-event.ts';
import { SMALL_COMPANY } from '../../samples/sample-company.ts';
import { eventually, startJourney } from '../support/running-journey.ts';
import type { RunningJourney } from '../support/running-journey.ts';
import { ticketCreated, ticketResolved } from '../support/ticket-messages.ts';

let journey: RunningJourney;

beforeAll(async () => {
  journey = await startJourney();
}, 300_000);

afterAll(() => journey?.close());

const decided = (...ticketIds: readonly string[]): Promise<true> =>
  eventually(
    `decisions about ${ticketIds.length} tickets`,
    async () => (await journey.states(ticketIds)).size === ticketIds.length,
  );

/** Every line that functions of the journey have written. */
const functionLogs = (): string =>
  [...journey.cloud.resources]
    .filter(([id]) => /(Route|Cluster|Learn|Write)Function[0-9A-F]{8}$/.test(id))
    .flatMap(([, { ref }]) => journey.cloud.engines.lambda.logsOf(ref))
    .join('\n');

describe('before the first model', () => {
  test('a ticket is left to people, and looked at again when a model is live', async () => {
    const data = { version: 1, subject: 'Parcel', body: 'Where is my parcel? The tracking has not moved since Monday.' };
    await journey.send('tickets', ticketCreated('EARLY-1', { data }));
    await decided('EARLY-1');
    const first = (await journey.states(['EARLY-1'])).get('EARLY-1');
    expect(first?.decision.decision.outcome).toEqual({ kind: 'abstained', reason: 'no-model' });
    expect(first?.decision.decision.because).toMatch(/No model is live yet/);

    await journey.train();
    await journey.cloud.clock.advance(900_000);
    const rescored = await eventually('the second look', async () => {
      const state = (await journey.states(['EARLY-1'])).get('EARLY-1');
      return state?.decision.decision.attempt === 'rescored' ? state.decision.decision : undefined;
    });
    expect(rescored.model).toEqual({ name: 'routing', version: '1' });
    expect(rescored.outcome.kind).toBe('routed');
  }, 300_000);
});

describe('with live models', () => {
  test('every live ticket of the sample ends in exactly one final state, stored and published once in effect', async () => {
    const { live } = journey;
    for (const ticket of live) await journey.send('tickets', createdEvent(ticket));
    await decided(...live.map((ticket) => ticket.id));
    await journey.cloud.runFor(61_000);

    const states = await journey.states(live.map((ticket) => ticket.id));
    const kinds = [...states.values()].map((state) => state.decision.decision.outcome.kind);
    expect(kinds).toHaveLength(live.length);
    expect(kinds.filter((kind) => kind === 'routed').length).toBeGreaterThan(live.length / 3);

    const lines = await journey.eventLog();
    const routed = lines.filter((line) => line.type === 'ticket.routed').map((line) => ticketRoutedSchema.parse(line.detail));
    for (const ticket of live) {
      const published = routed.filter((event) => event.ticketId === ticket.id);
      expect(new Set(published.map((event) => event.id)).size).toBe(1);
      expect(published[0]?.decision).toEqual(states.get(ticket.id)?.decision.decision);
    }
    const assigned = await journey.items('TopicsTable');
    const withTopicFact = new Set(assigned.filter((item) => item['sk']?.S === 'assignment').map((item) => item['ticketId']?.S));
    expect(live.filter((ticket) => !withTopicFact.has(ticket.id))).toEqual([]);
  }, 300_000);

  test('the incident of the sample is noticed, and announced once, also where its tickets come again', async () => {
    const { live, operator } = journey;
    const { sqs, outputs } = operator;
    const topicsOfAll = (): Promise<true> =>
      eventually('topics of all', async () => (await journey.waiting(outputs.TopicsQueueUrl)) === 0);
    await topicsOfAll();
    await journey.settled();
    const planted = new Set(readSample(SMALL_COMPANY).planted);
    const before = await journey.eventLog();
    // As SQS may deliver a message twice, and a bus publish an event twice.
    for (const { id, type, time, detail } of before) {
      if (type !== 'ticket.routed' || !planted.has(String(detail['ticketId']))) continue;
      const MessageBody = JSON.stringify({ id, 'detail-type': type, source: BUS_SOURCE, time, detail });
      await sqs.send(new SendMessageCommand({ QueueUrl: outputs.TopicsQueueUrl, MessageBody }));
    }
    await topicsOfAll();
    await journey.settled();

    const announced = (await journey.eventLog()).filter(({ type }) => type === 'topic.emerging');
    expect(announced).toHaveLength(1);
    const issue = topicEmergingSchema.parse(announced[0]?.detail);
    expect(issue.phrases).toContain('E-417');
    expect(issue.ticketIds.filter((id) => planted.has(id)).length).toBeGreaterThan(issue.ticketIds.length / 2);
    expect(live.find(({ id }) => id === issue.ticketIds[0])?.time).toBe(issue.firstSeen);
    const candidates = (await journey.items('TopicsTable')).filter((item) => item['sk']?.S === 'candidate');
    expect(candidates).toMatchObject([{ candidateId: { S: issue.candidateId }, announced: { BOOL: true } }]);
  }, 120_000);

  test('duplicates and late versions change nothing', async () => {
    const version = (n: number, body: string): Record<string, unknown> =>
      ticketCreated('ORDER-1', {
        id: `ORDER-1-v${n}`,
        type: n === 1 ? 'ticket.created.v1' : 'ticket.updated.v1',
        data: { version: n, subject: '', body },
      });
    const [v1, v2, v3] = [
      version(1, 'My parcel is late'),
      version(2, 'My parcel is late, where is it?'),
      version(3, 'Cancel my subscription please'),
    ];
    for (const event of [v3, v1, v3, v2, v1, v3]) await journey.send('tickets', event);
    await eventually('an empty queue', async () => (await journey.waiting(journey.operator.outputs.TicketsQueueUrl)) === 0);
    await journey.cloud.runFor(61_000);
    const state = (await journey.states(['ORDER-1'])).get('ORDER-1');
    expect(state?.ticket.version).toBe(3);
    expect(state?.ticket.text.body).toBe('Cancel my subscription please');
    const items = (await journey.items('TicketsTable')).filter((item) => item['pk']?.S === 'ticket#ORDER-1');
    const decisions = items.filter((item) => item['sk']?.S?.startsWith('decision#') === true);
    // In whatever order SQS gave them out: each version is decided at most once, the last one always.
    expect(new Set(decisions.map((item) => item['sk']?.S)).size).toBe(decisions.length);
    expect(decisions.some((item) => item['sk']?.S?.includes('0000000003#') === true)).toBe(true);
    const published = (await journey.eventLog()).filter(
      (line) => line.type === 'ticket.routed' && line.detail['ticketId'] === 'ORDER-1',
    );
    const byId = Map.groupBy(published, (line) => line.id);
    for (const repeats of byId.values()) expect(new Set(repeats.map((line) => canonicalJson(line.detail))).size).toBe(1);
    expect(byId.size).toBe(decisions.length);
  });

  test('a poison message is set aside with its reason while its batch goes on', async () => {
    const before = (await journey.quarantined()).length;
    await journey.send('tickets', 'this is not JSON');
    for (const n of [1, 2, 3]) await journey.send('tickets', ticketCreated(`BESIDE-${n}`));
    await decided('BESIDE-1', 'BESIDE-2', 'BESIDE-3');
    const records = await eventually('the record', async () => {
      const all = await journey.quarantined();
      return all.length > before ? all : undefined;
    });
    expect(records).toHaveLength(before + 1);
    expect(records.some((record) => record.code === 'not-json' && record.reason.includes('is not JSON'))).toBe(true);
  });

  test('personal data is gone before anything is stored or logged', async () => {
    const body = 'Write to jo.doe@example.com or call +49 30 1234567; card 4111 1111 1111 1111, password: hunter2hunter2';
    await journey.send('tickets', ticketCreated('PRIVATE-1', { data: { version: 1, subject: 'jo.doe@example.com', body } }));
    await journey.send('tickets', `broken {"mail":"jo.doe@example.com"}`);
    await decided('PRIVATE-1');
    await journey.cloud.runFor(61_000);
    const logs = functionLogs();
    expect(logs).toContain('PRIVATE-1');
    const everything = JSON.stringify([
      await journey.items('TicketsTable'),
      await journey.items('TopicsTable'),
      await journey.items('QuarantineTable'),
      await journey.eventLog(),
      logs,
    ]);
    // Not even the redacted text is logged.
    expect(logs).not.toContain('Write to');
    for (const secret of ['jo.doe', '49 30 1234567', '4111 1111', 'hunter2'])
      expect({ secret, stored: everything.includes(secret) }).toEqual({ secret, stored: false });
    expect((await journey.states(['PRIVATE-1'])).get('PRIVATE-1')?.ticket.text.body).toContain('[email]');
  });

  test('what people made of a ticket becomes a lesson in the event log', async () => {
    await journey.send('tickets', ticketCreated('LESSON-1'));
    await decided('LESSON-1');
    await journey.send('outcomes', ticketResolved('LESSON-1', 'billing'));
    await eventually('an empty queue', async () => (await journey.waiting(journey.operator.outputs.OutcomesQueueUrl)) === 0);
    await journey.cloud.runFor(61_000);
    const lessons = (await journey.eventLog()).filter(
      (line) => line.type === 'ticket.learned' && line.detail['ticketId'] === 'LESSON-1',
    );
    expect(lessons.map((line) => line.detail['labels'])).toEqual([{ team: 'billing' }]);
    expect((await journey.states(['LESSON-1'])).get('LESSON-1')?.settledByPerson).toBe(true);
  });
});
