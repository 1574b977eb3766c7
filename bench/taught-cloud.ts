import { startLocalCloud } from '@signalbox/local-cloud/cloud.ts';
import type { LocalCloud } from '@signalbox/local-cloud/cloud.ts';
import { importHistory } from '../cli/start/import-history.ts';
import { replayOf } from '../cli/start/labelled-ticket.ts';
import type { LabelledTicket } from '../cli/start/labelled-ticket.ts';
import { operatorOf } from '../cli/start/operator.ts';
import type { Operator } from '../cli/start/operator.ts';
import { readSample } from '../cli/start/read-tickets.ts';
import { skippingWaits } from '../cli/start/skip-waits.ts';
import { synthesize } from '../cli/start/synthesize.ts';
import { trainModels } from '../cli/start/train-models.ts';
import { SMALL_COMPANY } from '../samples/sample-company.ts';

/** Longest that the archive waits to fill a batch. */
export const ARCHIVE_WINDOW_MS = 61_000;
export const NEVER = new AbortController().signal;

export interface TaughtCloud {
  readonly cloud: LocalCloud;
  readonly operator: Operator;
  /** Of the small sample company, live and history together. */
  readonly sample: readonly LabelledTicket[];
  readonly live: readonly LabelledTicket[];
  readonly close: () => Promise<void>;
}

/** The local cloud with the synthesized stack, and models live that were trained on the history of the small sample company. */
export const startTaughtCloud = async (state?: string): Promise<TaughtCloud> => {
  const cloud = await startLocalCloud({ assembly: await synthesize('dev'), port: 0, ...(state !== undefined && { state }) });
  const operator = operatorOf({
    endpoint: cloud.endpoint,
    region: cloud.region,
    outputs: cloud.outputs,
    credentials: cloud.credentials('operator'),
  });
  const close = async (): Promise<void> => {
    operator.close();
    await cloud.close();
  };
  try {
    const { tickets: sample, liveFrom } = readSample(SMALL_COMPANY);
    const { history, live } = replayOf(sample, Date.now(), liveFrom);
    process.stderr.write('training on the history of the sample …\n');
    await importHistory(operator, history, () => undefined);
    await skippingWaits(
      cloud,
      trainModels(operator, () => undefined, NEVER),
    );
    return { cloud, operator, sample, live, close };
  } catch (error) {
    await close();
    throw error;
  }
};
