import { resolve } from 'node:path';
import type { Command } from 'commander';
import { startLocalCloud } from '@signalbox/local-cloud/cloud.ts';
import type { LocalCloud } from '@signalbox/local-cloud/cloud.ts';
import { listenForStop } from '../listen-for-stop.ts';
import { parsePort } from '../start/command.ts';
import { asUserError } from '../start/user-mistakes.ts';
import { synthesize } from '../start/synthesize.ts';
import { announce } from './announce.ts';
import { addLeaf, print } from './leaf.ts';
import type { JsonFlag } from './leaf.ts';
import { columns } from './print.ts';
import type { Surroundings } from './surroundings.ts';

interface UpFlags extends JsonFlag {
  readonly stage: string;
  readonly port: number;
  readonly state?: string;
}

/** Who the person at the keyboard is to the local cloud. */
const OPERATOR = 'operator';

export const addUpCommand = (local: Command, around: Surroundings): void => {
  addLeaf(local, {
    usage: 'up',
    description: 'synthesize the stacks and run them, without tickets or models, until Ctrl-C',
    examples: ['local up', 'local up --stage prod --port 4566', 'local up --state .build/state'],
  })
    .option('--stage <name>', 'stage to synthesize', 'dev')
    .option('--port <number>', 'port on 127.0.0.1; 0 takes a free one', parsePort, 0)
    .option('--state <folder>', 'keep everything there between runs')
    .action((flags: UpFlags) => up(flags, around));
};

const up = async ({ stage, port, state, ...flags }: UpFlags, around: Surroundings): Promise<void> => {
  const stopping = listenForStop();
  let cloud: LocalCloud | undefined;
  let withdraw = (): void => undefined;
  try {
    const assembly = await synthesize(stage, stopping.signal);
    cloud = await startLocalCloud({ assembly, port, ...(state !== undefined && { state: resolve(state) }) });
    const announced = announce(around, cloud);
    ({ withdraw } = announced);
    const started = startedOf(cloud);
    print(around.writeOut, flags, started, () => startedText(started));
    // Not for a program that reads the JSON.
    around.writeError([...(announced.note === undefined ? [] : [announced.note]), 'Ctrl-C ends it.', ''].join('\n'));
    await stopping.stopped;
  } catch (error) {
    if (!stopping.signal.aborted) throw asUserError(error);
    process.exitCode = 130;
  } finally {
    stopping.release();
    withdraw();
    await cloud?.close();
  }
};

const startedOf = (cloud: LocalCloud) => {
  const { accessKeyId, secretAccessKey } = cloud.credentials(OPERATOR);
  const { endpoint, region, outputs } = cloud;
  return { endpoint, region, accessKeyId, secretAccessKey, outputs };
};

const startedText = ({ endpoint, region, accessKeyId, secretAccessKey, outputs }: ReturnType<typeof startedOf>): string => {
  const rows = Object.entries(outputs).flatMap(([stack, values]) =>
    Object.entries(values).map(([name, value]) => [stack, name, value]),
  );
  return `The local cloud is up. For the AWS command line and SDKs:

  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}
  export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}

${columns(['stack', 'output', 'value'], rows)}
`;
};
