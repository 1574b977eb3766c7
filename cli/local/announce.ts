import type { LocalCloud } from '@signalbox/local-cloud/cloud.ts';
import { writeRunningFile } from '@signalbox/local-cloud/control/running-file.ts';
import type { Surroundings } from './surroundings.ts';

/** What is said where `signalbox local` finds this local cloud, and how to stop saying it. */
export interface Announced {
  /** Set where another local cloud of this checkout is found instead. */
  readonly note: string | undefined;
  readonly withdraw: () => void;
}

/** Lets `signalbox local` find a local cloud of this process. The first that runs is found until it ends. */
export const announce = (
  { runningFile }: Pick<Surroundings, 'runningFile'>,
  { endpoint, controlToken }: Pick<LocalCloud, 'endpoint' | 'controlToken'>,
): Announced => {
  const written = writeRunningFile(runningFile, { endpoint, token: controlToken });
  if (written.kind === 'written') return { note: undefined, withdraw: written.remove };
  const note = `\`signalbox local\` shows the local cloud of process ${written.by.pid}, which runs already, not this one.`;
  return { note, withdraw: () => undefined };
};
