import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { awsChecks, CONCURRENCY_QUOTA } from '../../cli/doctor/aws-checks.ts';
import type { Finding } from '../../cli/doctor/check.ts';
import { stageNamed } from '../../lib/stages.ts';
import { describeCost } from '../../scripts/describe-cost.ts';
import { describeStacks } from '../../scripts/describe-stacks.ts';
import { docCommands } from '../../scripts/doc-commands.ts';
import { withPart } from '../../scripts/generated-part.ts';
import type { Template } from '../../scripts/permissions/template.ts';
import { templatesOf } from '../lib/synthesized.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/deploy.md'), 'utf8');
const { stateful, journey } = templatesOf('prod');
const plain = (template: { toJSON: () => unknown }): Template => JSON.parse(JSON.stringify(template.toJSON()));

describe('the page about deploying', () => {
  test('says what is created, as the templates do; `node scripts/write-docs.ts` writes it', () => {
    const created = describeStacks({ stateful: plain(stateful), journey: plain(journey) });
    expect(page).toBe(withPart(page, 'created', created));
  });

  test('says what it costs, as `signalbox cost` does; `node scripts/write-docs.ts` writes it', () => {
    expect(page).toBe(withPart(page, 'cost', describeCost()));
  });

  test('a type of resource that is not known by words is an error, not a gap', () => {
    expect(() => describeStacks({ x: { Resources: { Door: { Type: 'My::Door' } } } })).toThrow('My::Door');
  });

  /** What doctor finds in an account that has nearly nothing. */
  const found = async (stage: string, check: string): Promise<Finding | undefined> =>
    awsChecks(
      {
        region: () => Promise.resolve('eu-central-1'),
        identity: () => Promise.resolve({ account: '1', arn: 'arn:aws:iam::1:user/ada' }),
        bootstrapVersion: () => Promise.resolve(30),
        quotas: () => Promise.resolve(new Map([[CONCURRENCY_QUOTA, 1]])),
        deployed: () => Promise.resolve(true),
      },
      stage,
    )
      .find(({ name }) => name === check)
      ?.look();

  test.for(['dev', 'prod'] as const)('names the machine that %s trains on, which doctor looks for too', async (stage) => {
    const type = stageNamed(stage)?.retraining.trainingInstanceType ?? '';
    expect(page).toContain(`\`${type}\` for \`${stage}\``);
    expect((await found(stage, 'training machines'))?.says).toContain(type);
  });

  test('names the concurrency of endpoints that doctor asks for', async () => {
    const [, needed = ''] = /a concurrency of (\d+) over all/.exec(page) ?? [];
    expect((await found('dev', 'serverless concurrency'))?.says).toContain(`${needed} are needed`);
  });
});

/** A deployment cannot be made here: commands of `cdk` are held by their options, and their context by a synthesis with it. */
describe('a command of cdk on the page', () => {
  const commands = docCommands(page)
    .flatMap(({ command }) => command.split('\n'))
    .filter((line) => line.startsWith('npx cdk '))
    .map((line) => line.split(' ').slice(2));
  const subcommands = [...new Set(commands.map(([name = '']) => name))];
  const contexts = Array.from(page.matchAll(/(?:-c |\| `)(\w+=[\w./-]+)/g), ([, context = '']) => context);
  const outdir = mkdtempSync(join(tmpdir(), 'signalbox-deploy-'));
  const help = new Map<string, string>();

  beforeAll(() => {
    for (const name of subcommands) {
      const { stdout } = spawnSync(process.execPath, [join(ROOT, 'node_modules/aws-cdk/bin/cdk'), name, '--help'], {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], CDK_DISABLE_CLI_TELEMETRY: 'true' },
      });
      help.set(name, stdout);
    }
  });

  afterAll(() => rmSync(outdir, { recursive: true, force: true }));

  test('is one that there is, with options that there are', () => {
    expect(subcommands.toSorted()).toEqual(['bootstrap', 'deploy', 'destroy', 'diff']);
    for (const [name = '', ...words] of commands) {
      const text = help.get(name) ?? '';
      expect(text).toMatch(new RegExp(`^cdk ${name}`));
      for (const option of words.filter((word) => word.startsWith('-')))
        expect(text).toMatch(new RegExp(`(^|\\s)${option}[\\s,]`));
    }
  });

  test('names context that the app reads, of values that it takes', () => {
    expect([...new Set(contexts)].toSorted()).toEqual([
      'encoder=use-lite',
      'labels=examples/labels.json',
      'stage=dev',
      'stage=prod',
    ]);
    const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as { readonly context: object };
    const asked = Object.fromEntries(contexts.filter((one) => one !== 'stage=dev').map((one) => one.split('=')));
    // As the CDK's command line starts the app; without bundles, which templates do not depend on.
    const { status, stderr } = spawnSync(process.execPath, ['bin/signalbox.ts'], {
      cwd: ROOT,
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        CDK_VALIDATION: 'false',
        CDK_OUTDIR: outdir,
        CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...asked, 'aws:cdk:bundling-stacks': [] }),
      },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(readdirSync(outdir)).toContain('signalbox-prod-journey.template.json');
  }, 120_000);
});
