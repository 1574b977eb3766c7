import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, onTestFinished, test } from 'vitest';
import { announce } from '../../../cli/local/announce.ts';
import { confirmChange } from '../../../cli/stage/confirm-change.ts';
import { reachStage } from '../../../cli/stage/reach-stage.ts';
import { addChangingLeaf, onStage } from '../../../cli/stage/stage-leaf.ts';
import type { ChangeFlags } from '../../../cli/stage/stage-leaf.ts';
import type { StageSurroundings } from '../../../cli/stage/surroundings.ts';
import { UsageError } from '../../../cli/user-error.ts';
import { openShop } from '../../local/support/shop-app.ts';
import { cloudFormationWith, runCommand, surroundings } from './run-command.ts';

const OUTPUT_KEYS =
  'TicketsQueueUrl OutcomesQueueUrl TopicsQueueUrl ArchiveQueueUrl RescoreQueueUrl UndeliveredQueueUrl TicketsTable TopicsTable ModelsTable ' +
  'QuarantineTable DataBucket BusName StateMachineArn EndpointPrefix';
const OUTPUTS = Object.fromEntries(OUTPUT_KEYS.split(' ').map((key) => [key, `the ${key}`]));

/** A command that says in which stage it does what. */
const addPaint = (program: Command, around: StageSurroundings): void => {
  addChangingLeaf(program, { usage: 'paint', description: 'paint it', examples: ['paint'] }).action((flags: ChangeFlags) =>
    onStage(around, flags, async ({ stage, print, confirm }) => {
      await confirm('paint the table');
      print({ painted: stage.outputs.TicketsTable }, () => `painted ${stage.outputs.TicketsTable} of ${stage.name}`);
    }),
  );
};
const paint = (around: StageSurroundings, ...args: readonly string[]) => runCommand(addPaint, around, ['paint', ...args]);

const deployed = async (): Promise<Partial<StageSurroundings>> => ({
  cloudFormation: await cloudFormationWith({ 'signalbox-dev-journey': OUTPUTS, 'signalbox-prod-journey': OUTPUTS }),
});

describe('a stage on AWS', () => {
  test('is found by the outputs of its stack', async () => {
    expect(await paint(surroundings(await deployed()), '--stage', 'dev')).toEqual({
      code: 0,
      out: 'painted the TicketsTable of dev\n',
      err: '',
    });
    const { out } = await paint(surroundings(await deployed()), '--stage', 'dev', '--json');
    expect(JSON.parse(out)).toEqual({ painted: 'the TicketsTable' });
  });

  test('that is not deployed is told with how to deploy it', async () => {
    const around = surroundings({ cloudFormation: await cloudFormationWith({}) });
    const { code, err } = await paint(around, '--stage', 'dev');
    expect(code).toBe(1);
    expect(err).toMatch(/^signalbox: Stage dev is not deployed: there is no stack signalbox-dev-journey in eu-central-1 of /);
    expect(err).toContain('npx cdk deploy --all -c stage=dev');
  });

  test('of another version is told with the outputs that it lacks', async () => {
    const fewer = Object.fromEntries(Object.entries(OUTPUTS).filter(([key]) => key !== 'TicketsTable'));
    const around = surroundings({ cloudFormation: await cloudFormationWith({ 'signalbox-dev-journey': fewer }) });
    expect((await paint(around, '--stage', 'dev')).err).toContain('its stack does not say TicketsTable. Deploy it again');
  });

  test('without credentials is told how to get some', async () => {
    const { cloudFormation } = await deployed();
    const none = Object.assign(new Error('Could not load credentials from any providers'), { name: 'CredentialsProviderError' });
    const around = surroundings({ cloudFormation: { ...cloudFormation, credentials: () => Promise.reject(none) } });
    const { code, err } = await paint(around, '--stage', 'dev');
    expect(code).toBe(1);
    expect(err).toContain('No AWS credentials were found. Set AWS_PROFILE, or sign in');
  });

  test('without a region is told to set one', async () => {
    const { cloudFormation } = await deployed();
    const none = (): Promise<string> => Promise.reject(new Error('Region is missing'));
    const around = surroundings({ cloudFormation: { ...cloudFormation, region: none } });
    expect((await paint(around, '--stage', 'dev')).err).toContain('No AWS region is set. Set AWS_REGION');
  });

  test('that nobody answers for is told as out of reach', async () => {
    const { cloudFormation } = await deployed();
    const around = surroundings({ cloudFormation: { ...cloudFormation, endpoint: 'http://127.0.0.1:1' } });
    expect((await paint(around, '--stage', 'dev')).err).toMatch(/^signalbox: AWS could not be reached: .*127\.0\.0\.1:1/);
  });

  test('is refused as a wrong call where no stage can be named so', async () => {
    const { code, err } = await paint(surroundings(), '--stage', 'Prod!');
    expect({ code, err }).toEqual({
      code: 2,
      err: 'signalbox: "Prod!" is no stage; name local, dev, prod or another that was deployed.\n',
    });
  });
});

describe('the local stage', () => {
  test('is the default, and told as missing where no local cloud runs', async () => {
    expect(await paint(surroundings())).toEqual({
      code: 1,
      out: '',
      err: 'signalbox: No local cloud is running; start one with npm start.\n',
    });
  });

  test('is reached with the operator’s credentials; a stack of something else is told', async () => {
    const shop = await openShop({});
    onTestFinished(() => shop.cloud.close());
    const folder = mkdtempSync(join(tmpdir(), 'signalbox-stage-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const around = surroundings({ runningFile: join(folder, 'local-cloud.json') });
    announce(around, shop.cloud);
    await expect(reachStage('local', around)).rejects.toThrow(
      /^Stage local was deployed from another version of Signalbox: its stack does not say TicketsQueueUrl, .*start it again/,
    );
  });
});

describe('a change', () => {
  test('is made in dev without a word', async () => {
    await expect(confirmChange({ name: 'dev' }, 'paint', {}, surroundings())).resolves.toBeUndefined();
  });

  test('in prod is refused as a wrong call where nobody can be asked', async () => {
    const { code, out, err } = await paint(surroundings(await deployed()), '--stage', 'prod');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toBe(
      'signalbox: This would paint the table in prod, and there is no terminal to ask at; add --yes if that is meant.\n',
    );
  });

  test('in prod is made with --yes', async () => {
    expect(await paint(surroundings(await deployed()), '--stage', 'prod', '--yes')).toMatchObject({ code: 0 });
  });

  test.for([
    ['prod', { code: 0, err: '' }],
    [' prod ', { code: 0, err: '' }],
    ['yes', { code: 1, out: '', err: 'signalbox: Nothing was changed.\n' }],
    ['', { code: 1, out: '', err: 'signalbox: Nothing was changed.\n' }],
  ] as const)('in prod asks at a terminal, and %j ends as %j', async ([answer, end]) => {
    const asked: string[] = [];
    const ask = (question: string): Promise<string> => {
      asked.push(question);
      return Promise.resolve(answer);
    };
    const ran = await paint(surroundings({ ...(await deployed()), isTerminal: () => true, ask }), '--stage', 'prod');
    expect(ran).toMatchObject(end);
    expect(asked).toEqual(['This will paint the table in prod. Type prod to go on: ']);
  });

  test('refused for want of a terminal is a mistake of the call', async () => {
    await expect(confirmChange({ name: 'prod' }, 'paint', {}, surroundings())).rejects.toThrow(UsageError);
  });
});
