import { join } from 'node:path';
import { reasonOf } from '../model/errors.ts';
import { ContainerError, readEnvironment } from './environment.ts';
import { logToStandardOutput } from './log.ts';
import { loadScorer } from './scorer.ts';
import { startServing } from './serve.ts';
import { runTraining } from './train.ts';

const serve = async (): Promise<void> => {
  const { encoderFolder, mlFolder, host, port } = readEnvironment(process.env);
  const scorer = await loadScorer(join(mlFolder, 'model'), encoderFolder);
  const server = await startServing(scorer, { host, port }, logToStandardOutput);
  logToStandardOutput('INFO', 'serving', { model: scorer.model.name, version: scorer.model.version, port: server.port });
  const stop = (): void => {
    void server.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
};

const train = (): Promise<void> => runTraining(readEnvironment(process.env), logToStandardOutput);

const main = async (command: string | undefined): Promise<void> => {
  if (command === 'serve') return serve();
  if (command === 'train') return train();
  throw new ContainerError(`The argument is ${command === undefined ? 'missing' : `"${command}"`}; it must be serve or train.`);
};

try {
  await main(process.argv[2]);
} catch (cause) {
  logToStandardOutput('ERROR', reasonOf(cause));
  process.exitCode = 1;
}
