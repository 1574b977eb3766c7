import { describe, expect, test } from 'vitest';
import type { AwsFacts } from '../../../cli/doctor/aws-checks.ts';
import { CONCURRENCY_QUOTA } from '../../../cli/doctor/aws-checks.ts';
import type { Checked } from '../../../cli/doctor/check.ts';
import { addDoctorCommand } from '../../../cli/doctor/command.ts';
import type { MachineFacts } from '../../../cli/doctor/machine-checks.ts';
import { machineFacts } from '../../../cli/doctor/machine-facts.ts';
import { runCommand, surroundings } from '../stage/run-command.ts';
import { signalbox, temporaryFolder } from '../run-signalbox.ts';

const machine = (own: Partial<MachineFacts> = {}): MachineFacts => ({
  nodeVersion: 'v24.1.0',
  platform: 'linux-x64',
  packages: () => Promise.resolve([{ name: 'zod', wanted: '4.6.7', found: '4.6.7' }]),
  dockerVersion: () => Promise.resolve('29.1.0'),
  freeBytes: () => Promise.resolve(50e9),
  ...own,
});

const QUOTAS = new Map([
  [CONCURRENCY_QUOTA, 200],
  ['ml.m5.large for training job usage', 2],
  ['ml.m5.xlarge for training job usage', 2],
]);

const account = (own: Partial<AwsFacts> = {}): AwsFacts => ({
  region: () => Promise.resolve('eu-central-1'),
  identity: () => Promise.resolve({ account: '111122223333', arn: 'arn:aws:sts::111122223333:assumed-role/engineer/ada' }),
  bootstrapVersion: () => Promise.resolve(28),
  quotas: () => Promise.resolve(QUOTAS),
  deployed: () => Promise.resolve(true),
  ...own,
});

const doctor = (facts: { readonly machine?: MachineFacts; readonly aws?: AwsFacts }, ...args: readonly string[]) =>
  runCommand(
    (program, around) => addDoctorCommand(program, around, { machine: machine(), aws: account(), ...facts }),
    surroundings(),
    ['doctor', ...args],
  );

const refusal =
  (name: string, message = 'no') =>
  () =>
    Promise.reject(Object.assign(new Error(message), { name }));
const withQuota = (name: string, value: number) => () => Promise.resolve(new Map([...QUOTAS, [name, value]]));

test('where all is well every check says so, and it ends with 0', async () => {
  const { code, out } = await doctor({}, '--stage', 'dev');
  expect(code).toBe(0);
  expect(out.trimEnd().split('\n')).toHaveLength(10);
  expect(out).toMatch(/^ok {7}AWS credentials +account 111122223333, as assumed-role\/engineer\/ada$/m);
  expect(out).not.toMatch(/warning|problem/);
});

describe('a problem ends with 1 and says what to do', () => {
  test.for<[string, { readonly machine?: MachineFacts; readonly aws?: AwsFacts }, string, RegExp]>([
    ['an old Node', { machine: machine({ nodeVersion: 'v20.1.0' }) }, 'Node', /brings Node 24 along/],
    [
      'a package of another version',
      { machine: machine({ packages: () => Promise.resolve([{ name: 'zod', wanted: '4.6.7', found: undefined }]) }) },
      'npm packages',
      /Run npm ci/,
    ],
    [
      'a check that fails itself',
      { machine: machine({ freeBytes: refusal('Error', 'no such disk') }) },
      'disk',
      /run doctor again/,
    ],
    ['no region', { aws: account({ region: refusal('Error', 'Region is missing') }) }, 'AWS region', /Set AWS_REGION/],
    ['no credentials', { aws: account({ identity: refusal('CredentialsProviderError') }) }, 'AWS credentials', /Set AWS_PROFILE/],
    ['expired credentials', { aws: account({ identity: refusal('ExpiredToken') }) }, 'AWS credentials', /sign in again/],
    [
      'no bootstrap',
      { aws: account({ bootstrapVersion: () => Promise.resolve(undefined) }) },
      'CDK bootstrap',
      /npx cdk bootstrap aws:\/\/111122223333\/eu-central-1/,
    ],
    ['an old bootstrap', { aws: account({ bootstrapVersion: () => Promise.resolve(5) }) }, 'CDK bootstrap', /cdk bootstrap/],
    [
      'a bootstrap that may not be looked at',
      { aws: account({ bootstrapVersion: refusal('AccessDenied') }) },
      'CDK bootstrap',
      /does not allow/,
    ],
    [
      'too little concurrency',
      { aws: account({ quotas: withQuota(CONCURRENCY_QUOTA, 10) }) },
      'serverless concurrency',
      /Ask for 12 or more of SageMaker's quota "Maximum total concurrency/,
    ],
    [
      'no training machine',
      { aws: account({ quotas: withQuota('ml.m5.large for training job usage', 0) }) },
      'training machines',
      /Ask for 1 or more of SageMaker's quota "ml\.m5\.large for training job usage"/,
    ],
  ])('%s', async ([, facts, name, todo]) => {
    const { code, out } = await doctor(facts, '--stage', 'dev', '--json');
    expect(code).toBe(1);
    const { checks } = JSON.parse(out) as { readonly checks: readonly Checked[] };
    const problems = checks.filter(({ finding }) => finding.kind === 'problem');
    expect(problems).toMatchObject([{ check: name, finding: { todo: expect.stringMatching(todo) as string } }]);
    expect((await doctor(facts, '--stage', 'dev')).out).toMatch(/^problem {2}.*\n +→ /m);
  });
});

describe('a warning ends with 0', () => {
  test('of Docker and disk, which can wait', async () => {
    const facts = { machine: machine({ dockerVersion: refusal('Error', 'ENOENT'), freeBytes: () => Promise.resolve(1e8) }) };
    const { code, out } = await doctor(facts, '--stage', 'dev');
    expect(code).toBe(0);
    expect(out).toMatch(/^warning {2}Docker +no Docker answers\n +→ Start Docker before `cdk deploy`/m);
    expect(out).toMatch(/^warning {2}disk +0\.1 GB free/m);
  });

  test('of everything about AWS where no stage is named; what needs credentials is skipped without them', async () => {
    const { code, out } = await doctor({ aws: account({ identity: refusal('CredentialsProviderError') }) });
    expect(code).toBe(0);
    expect(out).toMatch(/^warning {2}AWS credentials +none that AWS takes\n/m);
    expect(out.match(/^– +.*not looked at without credentials/gm)).toHaveLength(3);
  });

  test('of a stage that is not deployed yet', async () => {
    const { code, out } = await doctor({ aws: account({ deployed: () => Promise.resolve(false) }) }, '--stage', 'prod');
    expect(code).toBe(0);
    expect(out).toContain('→ Deploy it with npx cdk deploy --all -c stage=prod.');
  });
});

test('this checkout has its packages, and prod asks for the larger training machine', async () => {
  const packages = await machineFacts.packages();
  expect(packages.length).toBeGreaterThan(10);
  expect(packages.filter(({ wanted, found }) => wanted !== found)).toEqual([]);
  const few = account({ quotas: withQuota('ml.m5.xlarge for training job usage', 0) });
  expect(await doctor({ aws: few }, '--stage', 'prod')).toMatchObject({ code: 1 });
  expect(await doctor({ aws: few }, '--stage', 'dev')).toMatchObject({ code: 0 });
});

test('as a process without AWS credentials it never throws, and names what is missing', async () => {
  const home = await temporaryFolder();
  const env = {
    HOME: home,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: `${home}/none`,
    AWS_SHARED_CREDENTIALS_FILE: `${home}/none`,
  };
  const region = { AWS_REGION: 'eu-central-1' };
  const { code, stdout, stderr } = await signalbox(['doctor', '--stage', 'dev', '--json'], '', { ...env, ...region });
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  const { checks } = JSON.parse(stdout) as { readonly checks: readonly Checked[] };
  const problems = checks.filter(({ finding }) => finding.kind === 'problem').map(({ check }) => check);
  expect(problems).toEqual(['AWS credentials']);
  const reached = await signalbox(['status', '--stage', 'dev'], '', { ...env, ...region });
  expect(reached).toMatchObject({ code: 1, stdout: '' });
  expect(reached.stderr).toMatch(/^signalbox: No AWS credentials were found\. .*\n$/);
});
