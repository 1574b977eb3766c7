import { ok } from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeExecutionCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import type { Statement } from '@signalbox/local-cloud/iam/policy-document.ts';
import { withoutTls } from '@signalbox/local-cloud/iam/request-recording.ts';
import type { RequestRecording } from '@signalbox/local-cloud/iam/request-recording.ts';
import type { AuthorizationRequest } from '@signalbox/local-cloud/iam/request.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { synthesize } from '../../cli/start/synthesize.ts';
import { eventually, startJourney } from '../support/running-journey.ts';
import type { RunningJourney } from '../support/running-journey.ts';
import { ticketCreated } from '../support/ticket-messages.ts';
import { wholeJourney } from '../support/whole-journey.ts';

/** Statements without which every request of this journey fares the same, each with the reason why the stack has it all the same. */
const explained: readonly (readonly [reason: string, matches: (statement: Statement) => boolean])[] = [
  [
    'functions, workflow and model containers write logs and traces, which stay in memory here',
    ({ actions }) => actions.every((action) => /^(?:logs|xray):/.test(action)),
  ],
  [
    'SageMaker pulls the image with the model’s role; here it is a folder',
    ({ actions }) => actions.every((action) => action.startsWith('ecr:')),
  ],
  [
    '`.sync` is told of a job’s end by a rule of Step Functions, which is not needed here',
    ({ actions }) => actions.every((action) => /^events:(?:DescribeRule|PutRule|PutTargets)$/.test(action)),
  ],
  [
    'S3 delivers access logs; there are none here',
    ({ policy, index }) => policy.includes('/DataAccessLogsPolicy') && index === 2,
  ],
  ['CloudWatch tells of alarms; there are none here', ({ sid }) => sid === 'AllowAlarmsOfThisAccount'],
];

let recording: RequestRecording;
let refusals: readonly { readonly message: string }[];

beforeAll(async () => {
  const journey = await startJourney(undefined, { requests: 'recorded' });
  try {
    await wholeJourney(journey);
    ok(journey.cloud.iam.recording);
    recording = journey.cloud.iam.recording;
    refusals = journey.cloud.iam.refusals();
  } finally {
    await journey.close();
  }
}, 900_000);

/** Requests that fare otherwise without the statement: as they were made, and, for what only TLS lets pass, without it. */
const worths = (): ReadonlyMap<Statement, readonly AuthorizationRequest[]> => {
  const overHttp = new Map(recording.withoutEach(withoutTls).map(({ statement, changed }) => [statement, changed]));
  return new Map(
    recording
      .withoutEach()
      .map(({ statement, changed }) => [
        statement,
        statement.effect === 'Deny' ? [...changed, ...(overHttp.get(statement) ?? [])] : changed,
      ]),
  );
};

const shown = ({ policy, index, actions }: Statement): string => `${policy}, statement ${index}: ${actions.join(', ')}`;

describe('every statement of the stack’s policies', () => {
  let worth: ReadonlyMap<Statement, readonly AuthorizationRequest[]>;

  beforeAll(() => {
    worth = worths();
  });

  test('is needed: taken out, some request of a journey fares otherwise; or its use lies outside of it', () => {
    const unneeded = [...worth].filter(([, changed]) => changed.length === 0).map(([statement]) => statement);
    const unexplained = unneeded.filter((statement) => !explained.some(([, matches]) => matches(statement)));
    console.log(
      `${worth.size} statements taken out one by one, ${recording.requests().length} distinct requests asked again: ` +
        `${worth.size - unneeded.length} are needed, ${unneeded.length} are explained`,
    );
    expect(unexplained.map(shown)).toEqual([]);
    expect(worth.size - unneeded.length).toBeGreaterThan(60);
  });

  test('is explained only if it is not needed, and no explanation is left over', () => {
    const needed = [...worth].filter(([, changed]) => changed.length > 0).map(([statement]) => statement);
    expect(needed.filter((statement) => explained.some(([, matches]) => matches(statement))).map(shown)).toEqual([]);
    const statements = [...worth.keys()];
    expect(explained.filter(([, matches]) => !statements.some(matches)).map(([reason]) => reason)).toEqual([]);
  });

  test('is enough: nothing that the stack does is refused', () => {
    expect(refusals.map(({ message }) => message)).toEqual([]);
  });

  test('decides again as it did at first', () => {
    expect(recording.changedSince()).toEqual([]);
  });
});

describe('really without one statement, as was foretold', () => {
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

  /** What is refused without a statement, as `action resource`: here of the requests asked again, there of a run. */
  const foretold = (policy: RegExp, action: string): readonly string[] => {
    const [statement, ...others] = worths()
      .entries()
      .filter(([one]) => policy.test(one.policy.split('/')[1] ?? '') && one.actions.includes(action));
    expect(others).toEqual([]);
    return (statement?.[1] ?? []).map((request) => `${request.action} ${request.resource}`);
  };
  const refusedIn = ({ cloud }: RunningJourney): ReadonlySet<string> =>
    new Set(cloud.iam.refusals().map((refusal) => `${refusal.action} ${refusal.resource}`));

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
    expect(foretold(/^RouteTicketsRouteRoleDefaultPolicy/, 'events:PutEvents')).toEqual([...refusedIn(journey)]);
  }, 300_000);

  test('of a queue, what the bus has for it goes to the undelivered ones', async () => {
    journey = await startJourney(await without(/^ArchiveEventsArchiveQueuePolicy/, 'sqs:SendMessage'));
    const { cloud } = journey;
    await journey.send('tickets', ticketCreated('UNARCHIVED'));
    const undelivered = [...cloud.resources].find(([id]) => id.includes('/BusUndeliveredQueue') && !id.includes('Policy'))?.[1];
    await eventually('an undelivered event', () =>
      Promise.resolve(cloud.engines.sqs.inspect(String(undelivered?.attributes['Arn'])).visible > 0),
    );
    expect(cloud.iam.refusals()[0]?.message).toMatch(/^User: events.amazonaws.com is not authorized to perform: sqs:SendMessage/);
    expect(foretold(/^ArchiveEventsArchiveQueuePolicy/, 'sqs:SendMessage')).toEqual([...refusedIn(journey)]);
  }, 300_000);

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
    expect(foretold(/^RetrainingStateMachineRoleDefaultPolicy/, 'iam:PassRole')).toEqual([...refusedIn(journey)]);
  }, 300_000);
});
