import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ofDynamoDbLocal, ofMoto } from './explained-differences.ts';
import type { ExplainedDifference } from './explained-differences.ts';

/** Another implementation of AWS's APIs. */
export interface OtherCloud {
  readonly name: string;
  readonly services: readonly string[];
  /** Test files whose cases it is asked about. */
  readonly files: readonly string[];
  readonly explained: readonly ExplainedDifference[];
  /** On a free port of loopback, or why not. */
  start(): Promise<Started | { readonly skipped: string }>;
}

export interface Started {
  readonly endpoint: string;
  stop(): Promise<void>;
}

const DYNAMODB_LOCAL = '2.6.1';
const START_MS = 30_000;

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

const installed = (program: string): boolean => spawnSync(program, ['--help'], { stdio: 'ignore' }).error === undefined;

/** Waits until it answers anything at all, and stops it where it does not. */
const startProcess = async (
  program: string,
  args: readonly string[],
  port: number,
  tidy: () => void,
): Promise<Started | { readonly skipped: string }> => {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => {
    if (said.length < 50) said.push(chunk.toString());
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.once('error', (error) => said.push(error.message));
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await closed;
    tidy();
  };
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const answers = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (answers) return { endpoint, stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  return { skipped: `it did not start: ${said.join('').trim().split('\n').at(-1) ?? ''}` };
};

export const moto: OtherCloud = {
  name: 'moto',
  services: ['dynamodb', 's3', 'sqs', 'events', 'states'],
  files: [
    'tests/adapters',
    'tests/local/events-pattern.test.ts',
    'tests/local/states-jsonpath.test.ts',
    'tests/local/states-map.test.ts',
  ],
  explained: ofMoto,
  start: async () => {
    if (!installed('moto_server')) return { skipped: 'moto_server is not installed' };
    const port = await freePort();
    const started = await startProcess('moto_server', ['-H', '127.0.0.1', '-p', String(port)], port, () => undefined);
    if ('skipped' in started) return started;
    const body = JSON.stringify({ stepfunctions: { execute_state_machine: true } });
    await fetch(`${started.endpoint}/moto-api/config`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    return started;
  },
};

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>signalbox</groupId><artifactId>opinions</artifactId><version>1</version>
<dependencies><dependency><groupId>com.amazonaws</groupId><artifactId>DynamoDBLocal</artifactId><version>${DYNAMODB_LOCAL}</version></dependency></dependencies>
</project>`;

export const dynamoDbLocal: OtherCloud = {
  name: `DynamoDB Local ${DYNAMODB_LOCAL}`,
  services: ['dynamodb'],
  files: [
    'tests/adapters/dynamodb/ticket-records.test.ts',
    'tests/adapters/dynamodb/stored-facts.test.ts',
    'tests/adapters/dynamodb/topic-records.test.ts',
    'tests/adapters/dynamodb/retraining-tables.test.ts',
    'tests/local/dynamodb-items.test.ts',
    'tests/local/dynamodb-updates.test.ts',
    'tests/local/dynamodb-reads.test.ts',
    'tests/local/dynamodb-tables.test.ts',
    'tests/local/dynamodb-properties.test.ts',
  ],
  explained: ofDynamoDbLocal,
  start: async () => {
    for (const program of ['java', 'mvn']) if (!installed(program)) return { skipped: `${program} is not installed` };
    const folder = mkdtempSync(join(tmpdir(), 'signalbox-dynamodb-local-'));
    const tidy = (): void => rmSync(folder, { recursive: true, force: true });
    const libraries = join(folder, 'libraries');
    mkdirSync(libraries);
    writeFileSync(join(folder, 'pom.xml'), pom);
    const fetching = [
      '--quiet',
      '--batch-mode',
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${libraries}`,
    ];
    const fetched = spawnSync('mvn', fetching, { cwd: folder, encoding: 'utf8', timeout: 300_000 });
    if (fetched.status !== 0 || readdirSync(libraries).length === 0) {
      tidy();
      const [why = 'no answer in 5 minutes'] = `${fetched.stdout}${fetched.stderr}`.match(/^\[ERROR\].*$/m) ?? [];
      return { skipped: `Maven could not fetch it: ${why}` };
    }
    const port = await freePort();
    const source = join(import.meta.dirname, 'LoopbackDynamoDb.java');
    const args = [
      `-Djava.library.path=${libraries}`,
      '-cp',
      join(libraries, '*'),
      source,
      '-inMemory',
      '-disableTelemetry',
      '-port',
      String(port),
    ];
    return startProcess('java', args, port, tidy);
  },
};
