import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addStageCommands } from '../../../cli/stage/commands.ts';
import type { StageSurroundings } from '../../../cli/stage/surroundings.ts';
import type { StageStatus } from '../../../cli/status/stage-status.ts';
import { eventually } from '../../support/running-journey.ts';
import { ticketCreated } from '../../support/ticket-messages.ts';
import type { Ran } from '../local/local-command.ts';
import { startWithCommands } from './on-local-cloud.ts';
import type { CommandsOnLocalCloud } from './on-local-cloud.ts';
import { cloudFormationWith, runCommand } from './run-command.ts';

/** The local cloud in the place of AWS: found by its stack's outputs, asked with credentials of one's own. */
let on: CommandsOnLocalCloud;
let around: StageSurroundings;
let endCloudFormation = (): void => undefined;

beforeAll(async () => {
  on = await startWithCommands();
  const { cloud, operator } = on.journey;
  const { accessKeyId, secretAccessKey } = cloud.credentials('engineer');
  const stacks = { 'signalbox-prod-journey': { ...operator.outputs } };
  around = {
    ...on.around,
    runningFile: '/nowhere/local-cloud.json',
    aws: { endpoint: cloud.endpoint, region: cloud.region, credentials: { accessKeyId, secretAccessKey } },
    cloudFormation: await cloudFormationWith(stacks, (end) => {
      endCloudFormation = end;
    }),
  };
  await on.journey.send('tickets', ticketCreated('T-1'));
  await on.journey.send('tickets', 'no JSON');
  await eventually('the ticket', async () => (await on.journey.states(['T-1'])).size === 1);
  await eventually('the quarantine', async () => (await on.journey.quarantined()).length === 1);
}, 120_000);

afterAll(async () => {
  endCloudFormation();
  await on?.close();
});

const prod = (...args: readonly string[]): Promise<Ran> => runCommand(addStageCommands, around, [...args, '--stage', 'prod']);

describe('in production', () => {
  test('a stage is looked at with one’s own credentials, without being asked', async () => {
    const { code, out } = await prod('status', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out) as StageStatus).toMatchObject({ stage: 'prod', quarantined: 1, champion: null });
    expect(await prod('ticket', 'show', 'T-1')).toMatchObject({ code: 0 });
    expect((await prod('quarantine', 'list')).out).toContain('not-json');
    expect(on.journey.cloud.counts().some(({ caller }) => caller === 'engineer')).toBe(true);
  });

  test.for([
    [['ticket', 'send', '--id', 'T-2', '--body', 'x'], 'send ticket T-2'],
    [['ticket', 'correct', 'T-1', '--team', 'returns'], 'correct ticket T-1 to team returns'],
    [['quarantine', 'retry', '--all'], 'send 1 quarantined message again'],
    [['quarantine', 'drop', '--all'], 'drop 1 quarantined message for good'],
    [['dead-letters', 'redrive', 'tickets'], 'send 0 dead letters of tickets again'],
    [['pause', 'automation', '--reason', 'x'], 'pause automation: people decide about every ticket'],
    [['resume', 'automation'], 'resume automation'],
  ] as const)('%j changes nothing where nobody can be asked', async ([args, what]) => {
    expect(await prod(...args)).toEqual({
      code: 2,
      out: '',
      err: `signalbox: This would ${what} in prod, and there is no terminal to ask at; add --yes if that is meant.\n`,
    });
    expect((await prod('status', '--json')).out).toContain('"quarantined":1');
  });

  test('a script says --yes, and somebody at a terminal the stage’s name', async () => {
    expect(await prod('pause', 'automation', '--reason', 'x', '--by', 'Ada', '--yes')).toMatchObject({ code: 0 });
    const asked: string[] = [];
    const ask = (question: string): Promise<string> => Promise.resolve(asked.push(question) === 1 ? 'no' : 'prod');
    const atTerminal = { ...around, isTerminal: () => true, ask };
    const resume = (): Promise<Ran> => runCommand(addStageCommands, atTerminal, ['resume', 'automation', '--stage', 'prod']);
    expect(await resume()).toMatchObject({ code: 1, err: 'signalbox: Nothing was changed.\n' });
    expect(await resume()).toMatchObject({ code: 0 });
    expect(asked).toEqual(Array.from({ length: 2 }, () => 'This will resume automation in prod. Type prod to go on: '));
  });

  test('what AWS does not allow is told in a sentence', async () => {
    const { faults } = on.journey.cloud;
    const refused = faults.add({
      service: 'sqs',
      caller: 'engineer',
      fault: { kind: 'error', code: 'AccessDenied', status: 403, message: 'User ada is not authorized' },
    });
    expect(await prod('dead-letters', 'list')).toEqual({
      code: 1,
      out: '',
      err: 'signalbox: AWS does not allow it: User ada is not authorized.\n',
    });
    refused();
  });
});
