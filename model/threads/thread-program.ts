// What a second thread runs: one request after another, answered in their order.
import { parentPort } from 'node:worker_threads';
import { reasonOf } from '../errors.ts';
import { buffersOf } from './buffers-of.ts';
import type { Answer, Request } from './second-thread.ts';
import { openWork } from './work.ts';

const work = openWork();
const port = parentPort!;
let before: Promise<void> = Promise.resolve();

const answer = async ({ name, argument }: Request): Promise<void> => {
  try {
    const result = await work[name](argument as never);
    port.postMessage({ result } satisfies Answer, [...buffersOf(result)]);
  } catch (cause) {
    port.postMessage({ error: reasonOf(cause) } satisfies Answer);
  }
};

port.on('message', (request: Request) => {
  before = before.then(() => answer(request));
});
