import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openState } from '../../../local/state/disk-state.ts';
import type { DiskState } from '../../../local/state/disk-state.ts';

/** A new folder, removed when the test has finished. */
export const stateFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'local-cloud-state-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'state');
};

export const place = { region: 'eu-west-1', accountId: '000000000000' };

/** The state in a folder, as an engine of one app sees it. */
export const stateIn = (folder: string): DiskState => {
  const state = openState(folder, { stacks: ['app'], ...place }, () => undefined);
  onTestFinished(state.close);
  return state;
};

/** What `first` leaves in a folder is handed to `then`, as to a next run. */
export const acrossRuns = async <T>(
  first: (state: DiskState) => unknown,
  then: (state: DiskState) => T | Promise<T>,
): Promise<T> => {
  const folder = stateFolder();
  const before = stateIn(folder);
  await first(before);
  before.close();
  const after = stateIn(folder);
  const result = await then(after);
  after.close();
  return result;
};
