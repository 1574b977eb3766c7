import { setTimeout as delay } from 'node:timers/promises';
import type { LocalCloud } from './cloud.ts';
import type { FaultPoint } from './faults/faults.ts';
import type { Around } from './gateway/dispatcher.ts';

type Engines = LocalCloud['engines'];

/** Calls that are being answered, without those whose answer may wait for the clock. */
export const countCalls = (faults: FaultPoint): { readonly around: Around; readonly count: () => number } => {
  let count = 0;
  return {
    around: async (call, proceed) => {
      if (call.action === 'ReceiveMessage') return faults.around(call, proceed);
      count++;
      try {
        return await faults.around(call, proceed);
      } finally {
        count--;
      }
    },
    count: () => count,
  };
};

/** Work may pass from one engine to another between two looks; so it takes two quiet ones. Wall time. */
const quietMs = 20;

export const untilIdle = async (engines: Engines): Promise<void> => {
  for (let quiet = 0; quiet < 2; quiet = isBusy(engines) ? 0 : quiet + 1) await delay(quietMs);
};

const isBusy = ({ sqs, sns, events, lambda, states, scheduler, sagemaker }: Engines): boolean => {
  if (lambda.busy() + sagemaker.busy() + states.running() + events.busy() + sns.busy() + scheduler.running() > 0) return true;
  // Queues that nobody polls keep their messages: dead letters, or a consumer that is paused.
  return [...lambda.polledQueues()].some((arn) => {
    const { visible, inFlight } = sqs.inspect(arn);
    return visible + inFlight > 0;
  });
};
