import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeExecutionCommand, ListExecutionsCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createdEvent } from '../../cli/start/replay-tickets.ts';
import { synthesize } from '../../cli/start/synthesize.ts';
import { eventually, startJourney } from '../support/running-journey.ts';
import type { RunningJourney } from '../support/running-journey.ts';
import { ticketCreated, ticketResolved } from '../support/ticket-messages.ts';

const WEEK_MS = 7 * 86_400_000;

type Statements = ReturnType<RunningJourney['cloud']['iam']['statements']>;

const refused = { kind: 'error', code: 'AccessDeniedException', status: 403 } as const;

/** Everything that the stack is there for, once: each of its grants has its reason in here, or in the list below. */
const wholeJourney = async (journey: RunningJourney): Promise<void> => {
  const { cloud, operator, live } = journey;
  const { outputs, stepFunctions } = operator;
  const decided = (ids: readonly string[]): Promise<true> =>
    eventually(`decisions about ${ids.length} tickets`, async () => (await journey.states(ids)).size === ids.length);
  const ended = (): Promise<true> =>
    eventually('the end of the executions', async () => {
      await cloud.clock.advance(5_000);
      const { executions = [] } = await stepFunctions.send(
        new ListExecutionsCommand({ stateMachineArn: outputs.StateMachineArn, statusFilter: 'RUNNING' }),
      );
      return executions.length === 0;
    });

  await journey.train();
  const tickets = live.slice(0, 20);
  for (const ticket of tickets) await journey.send('tickets', createdEvent(ticket));
  await decided(tickets.map(({ id }) => id));

  // Of a kind that the models have not seen.
  const strange = Array.from({ length: 15 }, (_, n) => `STRANGE-${n}`);
  const body = 'zxq vrrlm okapi quagga numbat zorilla axolotl quokka fossa';
  for (const id of strange) await journey.send('tickets', ticketCreated(id, { data: { version: 1, subject: 'okapi', body } }));
  await decided(strange);

  // Too long for an event, too large for a ticket, no JSON.
  await journey.send('tickets', ticketCreated('LONG', { data: { version: 1, body: 'long story '.repeat(9_000) } }));
  await journey.send('tickets', 'x'.repeat(300_000));
  await journey.send('outcomes', 'x'.repeat(300_000));
  await journey.send('outcomes', ticketResolved('LONG', 'billing'));
  await decided(['LONG']);

  const noModel = cloud.faults.add({
    service: 'sagemaker',
    action: 'InvokeEndpoint',
    resource: 'routing',
    fault: { kind: 'internal-error' },
  });
  await journey.send('tickets', ticketCreated('DEGRADED'));
  await decided(['DEGRADED']);
  noModel();
  await eventually('the second look', async () => {
    await cloud.clock.advance(60_000);
    return (await journey.states(['DEGRADED'])).get('DEGRADED')?.decision.decision.attempt === 'rescored';
  });
  await cloud.idle();

  // Each rule finds its target closed once, and leaves the event to the undelivered ones.
  const events = { caller: 'events.amazonaws.com', times: 1, fault: refused } as const;
  cloud.faults.add({ ...events, service: 'sqs', resource: 'Archive' });
  cloud.faults.add({ ...events, service: 'sqs', resource: 'Topics' });
  cloud.faults.add({ ...events, service: 'states' });
  await journey.send('tickets', ticketCreated('UNDELIVERED'));
  await decided(['UNDELIVERED']);
  const drift = { Source: 'signalbox', DetailType: 'drift.detected', Detail: JSON.stringify({ id: 'd', reason: 'a test' }) };
  const EventBusName = [...cloud.resources].find(([, { attributes }]) => String(attributes['Arn']).includes(':event-bus/'))?.[1]
    .ref;
  const Entries = [drift, drift].map((event) => ({ ...event, EventBusName }));
  await cloud.call('events', 'PutEvents', { Entries });
  await cloud.clock.advance(61_000);
  await cloud.idle();
  // Started by the second of the two; its challenger is no better than the champion, and is removed again.
  await ended();

  // What a challenger that is better would be looked at with.
  const observe = [...cloud.resources].find(([id]) => id.includes('RetrainingStepsObserveFunction'))?.[1].ref;
  const since = new Date(cloud.clock.now()).toISOString();
  const Payload = Buffer.from(JSON.stringify({ stage: 'shadow', version: 1, champion: 1, since }));
  const reply = await cloud.call('lambda', 'Invoke', { FunctionName: observe, Payload });
  expect(reply['FunctionError']).toBeUndefined();

  // The reconcile of the first night publishes what the archive was not told; in the second night its schedule finds it closed.
  cloud.faults.add({ caller: 'scheduler.amazonaws.com', service: 'lambda', skip: 1, times: 1, fault: refused });
  // The schedule finds the workflow closed in the first week, and starts it in the second.
  cloud.faults.add({ caller: 'scheduler.amazonaws.com', service: 'states', times: 1, fault: refused });
  await cloud.runFor(2 * WEEK_MS);
  expect((await journey.eventLog()).map(({ detail }) => detail['ticketId'])).toContain('UNDELIVERED');
  await ended();
  // The stack is destroyed while another retraining is on its way.
  const input = JSON.stringify({ trigger: 'person' });
  await stepFunctions.send(new StartExecutionCommand({ stateMachineArn: outputs.StateMachineArn, input }));
  await cloud.destroy();
};

/** Statements that this journey does not use, each with the reason why the stack has it all the same. */
const explained: readonly (readonly [reason: string, matches: (statement: Statements[number]) => boolean])[] = [
  [
    'it refuses what is not sent over TLS; locally everything counts as if it were',
    ({ effect, policy }) => effect === 'Deny' && /Policy[0-9A-F]{8}$/.test(policy),
  ],
  [
    'functions, workflow and model containers write logs and traces, which stay in memory here',
    ({ actions }) => Object.keys(actions).every((action) => /^(?:logs|xray):/.test(action)),
  ],
  [
    'SageMaker pulls the image with the model’s role; here it is a folder',
    ({ actions }) => Object.keys(actions).every((action) => action.startsWith('ecr:')),
  ],
  [
    '`.sync` is told of a job’s end by a rule of Step Functions, which is not needed here',
    ({ actions }) => Object.keys(actions).every((action) => /^events:(?:DescribeRule|PutRule|PutTargets)$/.test(action)),
  ],
  [
    'S3 delivers access logs; there are none here',
    ({ policy, index }) => policy.includes('/DataAccessLogsPolicy') && index === 2,
  ],
  ['CloudWatch tells of alarms; there are none here', ({ sid }) => sid === 'AllowAlarmsOfThisAccount'],
];

const shown = ({ policy, index, actions }: Statements[number]): string =>
  `${policy}, statement ${index}: ${Object.keys(actions).join(', ')}`;

describe('every statement of the stack’s policies', () => {
  let statements: Statements;
  let refusals: readonly { readonly message: string }[];

  beforeAll(async () => {
    const journey = await startJourney();
    try {
      await wholeJourney(journey);
      statements = journey.cloud.iam.statements();
      refusals = journey.cloud.iam.refusals();
    } finally {
      await journey.close();
    }
  }, 300_000);

  test('decides about something in a journey, or its use lies outside of it', () => {
    const unused = statements.filter(({ decisive }) => decisive === 0);
    const unexplained = unused.filter((statement) => !explained.some(([, matches]) => matches(statement)));
    expect(unexplained.map(shown)).toEqual([]);
    expect(statements.length - unused.length).toBeGreaterThan(60);
  });

  test('is explained only if it is not used, and no explanation is left over', () => {
    const used = statements.filter(({ uses }) => uses > 0);
    expect(used.filter((statement) => explained.some(([, matches]) => matches(statement))).map(shown)).toEqual([]);
    expect(explained.filter(([, matches]) => !statements.some(matches)).map(([reason]) => reason)).toEqual([]);
  });

  test('is enough: nothing that the stack does is refused', () => {
    expect(refusals.map(({ message }) => message)).toEqual([]);
  });
});

describe('without one statement', () => {
  const folders: string[] = [];
  let journey: RunningJourney | undefined;

  afterEach(async () => {
    await journey?.close();
    journey = undefined;
  });
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  /** The dev stage without the statements of one policy that allow an action. */
  const without = async (policy: RegExp, action: string): Promise<string> => {
    const assembly = await synthesize('dev');
    const copy = mkdtempSync(join(tmpdir(), 'signalbox-without-'));
    folders.push(copy);
    let removed = 0;
    for (const name of readdirSync(assembly)) {
      if (name.startsWith('asset.')) symlinkSync(join(assembly, name), join(copy, name));
      else cpSync(join(assembly, name), join(copy, name), { recursive: true });
      if (!name.endsWith('.template.json')) continue;
      const template = JSON.parse(readFileSync(join(assembly, name), 'utf8')) as {
        readonly Resources: Readonly<
          Record<string, { readonly Properties?: { readonly PolicyDocument?: { Statement: { Action: unknown }[] } } }>
        >;
      };
      for (const [id, { Properties }] of Object.entries(template.Resources)) {
        const document = Properties?.PolicyDocument;
        if (!document || !policy.test(id)) continue;
        const left = document.Statement.filter((statement) => ![statement.Action].flat().includes(action));
        removed += document.Statement.length - left.length;
        document.Statement = left;
      }
      writeFileSync(join(copy, name), JSON.stringify(template));
    }
    expect(removed).toBe(1);
    return copy;
  };

  test('of the router, its event is refused by the bus and its ticket is tried again', async () => {
    journey = await startJourney(await without(/^RouteTicketsRouteRoleDefaultPolicy/, 'events:PutEvents'));
    const { cloud } = journey;
    await journey.send('tickets', ticketCreated('UNTOLD'));
    const [refusal] = await eventually('a refusal', () =>
      Promise.resolve(cloud.iam.refusals().length > 0 && cloud.iam.refusals()),
    );
    expect(refusal?.message).toMatch(
      /^User: arn:aws:sts::\d+:assumed-role\/\S+\/RouteTickets\w+ is not authorized to perform: events:PutEvents on resource: arn:aws:events:\S+:event-bus\/\S+ because no identity-based policy allows the events:PutEvents action$/,
    );
    expect(await journey.waiting(journey.operator.outputs.TicketsQueueUrl)).toBe(1);
  }, 120_000);

  test('of a queue, what the bus has for it goes to the undelivered ones', async () => {
    journey = await startJourney(await without(/^ArchiveEventsArchiveQueuePolicy/, 'sqs:SendMessage'));
    const { cloud } = journey;
    await journey.send('tickets', ticketCreated('UNARCHIVED'));
    const undelivered = [...cloud.resources].find(([id]) => id.includes('/BusUndeliveredQueue') && !id.includes('Policy'))?.[1];
    await eventually('an undelivered event', () =>
      Promise.resolve(cloud.engines.sqs.inspect(String(undelivered?.attributes['Arn'])).visible > 0),
    );
    expect(cloud.iam.refusals()[0]?.message).toMatch(/^User: events.amazonaws.com is not authorized to perform: sqs:SendMessage/);
  }, 120_000);

  test('of the workflow, the model’s role cannot be handed to SageMaker, and the execution says so', async () => {
    journey = await startJourney(await without(/^RetrainingStateMachineRoleDefaultPolicy/, 'iam:PassRole'));
    await expect(journey.train()).rejects.toThrow(/iam:PassRole/);
    const { operator, cloud } = journey;
    const { executions = [] } = await operator.stepFunctions.send(
      new ListExecutionsCommand({ stateMachineArn: operator.outputs.StateMachineArn }),
    );
    const { status, cause } = await operator.stepFunctions.send(
      new DescribeExecutionCommand({ executionArn: executions[0]?.executionArn }),
    );
    expect(status).toBe('FAILED');
    expect(cause).toMatch(/not authorized to perform: iam:PassRole on resource: arn:aws:iam::\d+:role\/\S*ModelRole/);
    expect(cloud.iam.refusals()).toMatchObject([{ action: 'iam:PassRole' }, { action: 'iam:PassRole' }]);
  }, 120_000);
});
