import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Command, CommanderError } from 'commander';
import { onTestFinished } from 'vitest';
import { UsageError, UserError } from '../../../cli/user-error.ts';
import type { StageSurroundings } from '../../../cli/stage/surroundings.ts';
import type { Ran } from '../local/local-command.ts';

/** Surroundings without a terminal, a local cloud or AWS; a test adds what it needs. */
export const surroundings = (own: Partial<StageSurroundings> = {}): StageSurroundings => ({
  runningFile: '/nowhere/local-cloud.json',
  writeOut: () => undefined,
  writeError: () => undefined,
  isTerminal: () => false,
  ask: () => Promise.reject(new Error('nobody was to be asked')),
  readInput: () => Promise.resolve(''),
  now: () => Date.now(),
  aws: {},
  cloudFormation: {},
  ...own,
});

/** A command in this process, ended as cli/signalbox.ts ends it. */
export const runCommand = async (
  add: (program: Command, around: StageSurroundings) => void,
  around: StageSurroundings,
  args: readonly string[],
): Promise<Ran> => {
  let out = '';
  let err = '';
  const writeOut = (text: string): void => void (out += text);
  const writeError = (text: string): void => void (err += text);
  const program = new Command('signalbox').exitOverride().configureOutput({ writeOut, writeErr: writeError });
  add(program, { ...around, writeOut, writeError });
  try {
    await program.parseAsync(args, { from: 'user' });
    const code = typeof process.exitCode === 'number' ? process.exitCode : 0;
    process.exitCode = undefined;
    return { code, out, err };
  } catch (error) {
    if (error instanceof CommanderError) return { code: error.exitCode === 0 ? 0 : 2, out, err };
    if (error instanceof UserError)
      return { code: error instanceof UsageError ? 2 : 1, out, err: `${err}signalbox: ${error.message}\n` };
    throw error;
  }
};

const xml = (body: string): string =>
  `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">${body}</DescribeStacksResponse>`;

/** CloudFormation with these stacks, on loopback, until the test is over. */
export const cloudFormationWith = async (
  stacks: Readonly<Record<string, Readonly<Record<string, string>>>>,
  until: (end: () => void) => void = onTestFinished,
): Promise<NonNullable<StageSurroundings['cloudFormation']>> => {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const name = new URLSearchParams(body).get('StackName') ?? '';
      const outputs = stacks[name];
      response.setHeader('content-type', 'text/xml');
      response.statusCode = outputs ? 200 : 400;
      const members = Object.entries(outputs ?? {}).map(
        ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
      );
      response.end(
        outputs
          ? xml(
              `<DescribeStacksResult><Stacks><member><StackName>${name}</StackName><Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult>`,
            )
          : `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id ${name} does not exist</Message></Error></ErrorResponse>`,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  until(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'x' },
  };
};
