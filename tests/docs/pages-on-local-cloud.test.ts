import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamoDbPointers } from '../../adapters/dynamodb/pointers.ts';
import { latestExecutions } from '../../adapters/step-functions/latest-executions.ts';
import { addImportCommand } from '../../cli/import/command.ts';
import { addStageCommands } from '../../cli/stage/commands.ts';
import type { StageSurroundings } from '../../cli/stage/surroundings.ts';
import { docCommands } from '../../scripts/doc-commands.ts';
import { runCommand } from '../cli/stage/run-command.ts';
import { startWithCommands } from '../cli/stage/on-local-cloud.ts';
import type { CommandsOnLocalCloud } from '../cli/stage/on-local-cloud.ts';
import { eventually } from '../support/running-journey.ts';
import { ticketCreated } from '../support/ticket-messages.ts';
import { standInForAws } from './stands-in-for-aws.ts';
import type { StandIn } from './stands-in-for-aws.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const SIGNALBOX = 'npm run -s signalbox -- ';
const HAS_AWS = spawnSync('aws', ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;
const unlessAws = HAS_AWS ? '' : ' (skipped: the AWS command line is not installed here)';

/** The tour, and pages for those who run a stage on AWS; commands.md and others have tests of their own. */
const blocks = ['tour.md', 'operations.md', 'deploy.md', 'security.md'].flatMap((name) =>
  docCommands(readFileSync(join(ROOT, 'docs', name), 'utf8')).map(({ command }) => ({ name, command })),
);
const lines = blocks
  .filter(({ command }) => command.startsWith(SIGNALBOX))
  .flatMap(({ name, command }) => command.split('\n').map((line) => ({ name, line })));
const ofAws = blocks.filter(({ command }) => /\baws /.test(command));
/** Where things are, said once in a terminal. */
const definitions = ofAws.filter(({ command }) => command.includes('() {'));
const runs = ofAws.filter(({ command }) => !command.includes('() {'));

/** Words as a shell takes them apart. */
const wordsOf = (text: string): readonly string[] =>
  Array.from(text.matchAll(/"([^"]*)"|(\S+)/g), ([, quoted, plain]) => quoted ?? plain ?? '');

let on: CommandsOnLocalCloud;
let aws: StandIn;
let around: StageSurroundings;

beforeAll(async () => {
  on = await startWithCommands();
  const { cloud } = on.journey;
  const { accessKeyId, secretAccessKey } = cloud.credentials('engineer');
  const signedIn = { region: cloud.region, credentials: { accessKeyId, secretAccessKey } };
  // The local cloud has the stage dev, and passes for the other one too.
  aws = await standInForAws(cloud, ['signalbox-dev-journey', 'signalbox-prod-journey'], 'signalbox-dev-journey');
  around = {
    ...on.around,
    isTerminal: () => true,
    ask: () => Promise.resolve('prod'),
    aws: { ...signedIn, endpoint: cloud.endpoint },
    cloudFormation: { ...signedIn, endpoint: aws.endpoint },
  };
}, 120_000);

afterAll(async () => {
  aws?.close();
  await on?.close();
});

const addCommands = (program: Command, own: StageSurroundings): void => {
  addStageCommands(program, own);
  addImportCommand(program, own);
};

describe('a command of the pages for those who run a stage', () => {
  test('stands in a block of its kind', () => {
    expect(lines.length).toBeGreaterThan(12);
    const others = blocks.filter(
      ({ command }) => !command.startsWith(SIGNALBOX) && !/\baws |^npx cdk |^npm |^git /m.test(command),
    );
    expect(others).toEqual([]);
    for (const { line } of lines) expect(line.startsWith(SIGNALBOX)).toBe(true);
  });

  test.for(lines)('$name: `$line` runs', async ({ line }) => {
    const words = wordsOf(line.slice(SIGNALBOX.length));
    const ran = await runCommand(addCommands, around, words);
    const { code, out } = ran;
    const err = ran.err.replaceAll(/^note: .*\n/gm, '');
    // What doctor finds depends on the machine, and this one has no account.
    const ended = words[0] === 'doctor' ? { code: /^(ok|warning|problem) +Node /.test(out) ? 0 : code, err } : { code, err };
    expect(ended).toEqual({ code: 0, err: '' });
  });
});

describe('a command of AWS on these pages', () => {
  // Through `cat`, since /dev/stdout cannot be opened where it is a socket, as a child's of Node is.
  const sh = (script: string): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> =>
    new Promise((done, failed) => {
      const { endpoint, region } = on.journey.cloud;
      const { accessKeyId, secretAccessKey } = on.journey.cloud.credentials('engineer');
      const child = spawn(
        'bash',
        ['-e', '-o', 'pipefail', '-c', `${definitions.map(({ command }) => command).join('\n')}\n{ ${script}\n} | cat`],
        {
          env: {
            PATH: process.env['PATH'],
            HOME: process.env['HOME'],
            AWS_ENDPOINT_URL: endpoint,
            AWS_ENDPOINT_URL_CLOUDFORMATION: aws.endpoint,
            AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: aws.endpoint,
            AWS_ENDPOINT_URL_SNS: aws.endpoint,
            AWS_REGION: region,
            AWS_DEFAULT_REGION: region,
            AWS_ACCESS_KEY_ID: accessKeyId,
            AWS_SECRET_ACCESS_KEY: secretAccessKey,
            AWS_EC2_METADATA_DISABLED: 'true',
          },
        },
      );
      let [out, err] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
      child.on('error', failed);
      child.on('close', (code) => done({ code, out, err }));
    });
  const containing = (part: string): string =>
    runs.find(({ command }) => command.includes(part))?.command ?? `no command with ${part}`;
  const run = async (part: string): Promise<string> => {
    const { code, out, err } = await sh(containing(part));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return out;
  };
  const models = (): { readonly client: typeof on.journey.operator.dynamoDb; readonly tableName: string } => ({
    client: on.journey.operator.dynamoDb,
    tableName: on.journey.operator.outputs.ModelsTable,
  });

  test('is one of those that are run below', () => {
    expect(
      runs.map(
        ({ command }) =>
          /rollback|sns subscribe|filter-log-events|"day"|list-executions|start-execution|"lock"|"pointer"/.exec(command)?.[0],
      ),
    ).toEqual([
      'sns subscribe',
      'filter-log-events',
      'rollback',
      '"day"',
      'list-executions',
      'start-execution',
      '"lock"',
      '"pointer"',
    ]);
  });

  test.skipIf(!HAS_AWS)(`subscribes to the alarms${unlessAws}`, async () => {
    expect(await run('sns subscribe')).toContain('pending confirmation');
    expect(aws.asked.at(-1)).toBe(`Subscribe ${String(on.journey.cloud.outputs['signalbox-dev-journey']?.['AlarmTopicArn'])}`);
  });

  test.skipIf(!HAS_AWS)(`reads the errors in a log${unlessAws}`, async () => {
    expect(await run('filter-log-events')).toBe('{"level":"ERROR"}\n');
    expect(aws.asked.at(-1)).toMatch(/^FilterLogEvents .*RouteTicketsRouteLogs/);
  });

  test.skipIf(!HAS_AWS)(`rolls back to the champion before${unlessAws}`, async () => {
    const pointers = dynamoDbPointers(models());
    const { revision } = await pointers.read();
    await pointers.write({ revision: revision + 1, champion: 2, previous: 1, challenger: null });
    expect(await run('rollback')).toContain('"champion":1');
    expect(await pointers.read()).toMatchObject({ champion: 1, previous: 2 });
  });

  test.skipIf(!HAS_AWS)(`takes the pointer away, after which there is no champion${unlessAws}`, async () => {
    await run('"pointer"');
    expect(await dynamoDbPointers(models()).read()).toMatchObject({ revision: 0, champion: null });
  });

  test.skipIf(!HAS_AWS)(`reconciles a day${unlessAws}`, async () => {
    expect(await run('"day"')).toContain('"kind":"complete","day":"2026-11-21"');
  });

  test.skipIf(!HAS_AWS)(
    `starts a retraining, lists it, and takes away the lock of one that was stopped${unlessAws}`,
    async () => {
      const { stepFunctions, outputs } = on.journey.operator;
      await run('start-execution');
      await eventually('its end', async () => (await latestExecutions(stepFunctions, outputs.StateMachineArn)).ended);
      expect(await run('list-executions')).toContain('SUCCEEDED');
      await on.journey.cloud.call('dynamodb', 'PutItem', {
        TableName: outputs.ModelsTable,
        Item: { pk: { S: 'lock' }, sk: { S: 'retraining' } },
      });
      await run('"lock"');
      expect((await on.journey.items('ModelsTable')).map((item) => item['pk']?.S)).not.toContain('lock');
    },
  );
});

describe('what a person needs, by the page about security', () => {
  const securityPage = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');
  const namedFor = (what: string): readonly string[] =>
    Array.from(
      new RegExp(`^\\| ${what} .*\\|(.*)\\|$`, 'm').exec(securityPage)?.[1]?.matchAll(/`([\w:]+)`/g) ?? [],
      ([, one = '']) => one,
    );

  /** Runs commands in production as somebody. @returns the IAM actions that their calls take */
  const actionsOf = async (who: string, commands: readonly (readonly string[])[]): Promise<readonly string[]> => {
    const { cloud } = on.journey;
    const { accessKeyId, secretAccessKey } = cloud.credentials(who);
    const own = { ...around, aws: { ...around.aws, credentials: { accessKeyId, secretAccessKey } } };
    for (const words of commands)
      expect(await runCommand(addCommands, own, [...words, '--stage', 'prod'])).toMatchObject({ code: 0 });
    const called = cloud.counts().flatMap(({ caller, service, action }) => (caller === who ? [`${service}:${action}`] : []));
    return [...new Set(called)].toSorted();
  };

  test('is what looking and acting calls, and what AWS asks for beside that', async () => {
    const { cloud, operator } = on.journey;
    await on.journey.send('tickets', ticketCreated('SEEN-1'));
    await eventually('a decision', async () => (await on.journey.states(['SEEN-1'])).get('SEEN-1'));
    const route = cloud.counts().find(({ caller }) => caller.startsWith('RouteTickets'))?.caller ?? '';
    const refused = { kind: 'error', code: 'AccessDeniedException', status: 403 } as const;
    const mend = cloud.faults.add({ service: 'dynamodb', caller: route, fault: refused });
    await on.journey.send('tickets', ticketCreated('DEAD-1'));
    await eventually('a dead letter', async () => {
      await cloud.clock.advance(400_000);
      return (await on.run(['dead-letters', 'list', 'tickets'])).out.startsWith('tickets: 1 dead letter');
    });
    mend();
    await on.journey.send('tickets', 'x'.repeat(200_000));
    const [messageId] = await eventually('what is in quarantine', async () => {
      const ids = (await on.journey.items('QuarantineTable')).map((item) => item['messageId']?.S ?? '');
      return ids.length > 0 && ids;
    });
    const pointers = dynamoDbPointers({ client: operator.dynamoDb, tableName: operator.outputs.ModelsTable });
    await pointers.write({ ...(await pointers.read()), revision: (await pointers.read()).revision + 1, champion: 1 });

    const history = [join(ROOT, 'examples/history.csv'), '--labels', join(ROOT, 'examples/labels.json')];
    await actionsOf('actor', [['import', ...history]]);
    const { stepFunctions, outputs } = operator;
    await eventually(
      'the end of a retraining',
      async () => (await latestExecutions(stepFunctions, outputs.StateMachineArn)).ended,
    );

    const looking = await actionsOf('looker', [
      ['status'],
      ['ticket', 'show', 'SEEN-1'],
      ['quarantine', 'list'],
      ['quarantine', 'show', messageId ?? ''],
      ['dead-letters', 'list', 'tickets'],
    ]);
    // CloudFormation is not the local cloud's; objects of the bucket are encrypted.
    expect([...looking, 'cloudformation:DescribeStacks', 'kms:Decrypt'].toSorted()).toEqual(namedFor('look'));

    const acting = await actionsOf('actor', [
      ['ticket', 'send', '--id', 'ACTED-1', '--body', 'My refund'],
      ['ticket', 'correct', 'SEEN-1', '--team', 'returns'],
      ['pause', 'retraining', '--reason', 'x'],
      ['resume', 'retraining'],
      ['quarantine', 'retry', messageId ?? ''],
      ['dead-letters', 'redrive', 'tickets'],
    ]);
    // Who moves dead letters must be allowed to receive and delete them.
    const beside = [...acting.filter((one) => !looking.includes(one)), 'kms:GenerateDataKey', 'sqs:DeleteMessage'];
    expect(beside.toSorted()).toEqual(namedFor('act'));
  });
});
