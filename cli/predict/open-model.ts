import { stat } from 'node:fs/promises';
import { loadRouting } from '../../model/routing-model.ts';
import type { RoutingModel } from '../../model/routing-model.ts';
import { openEncoder } from '../../model/encoder/open-encoder.ts';
import { useLiteFolder } from '../../model/encoder/write-use-lite.ts';
import { UserError } from '../user-error.ts';

/**
 * Opens a routing model that `train` wrote.
 * @throws UserError where there is no such folder; ArtifactError where no whole model is in it
 */
export const openModel = async (folder: string): Promise<RoutingModel> => {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) throw new UserError(`There is no folder ${folder}; give the one that "train" wrote with --out.`);
  if (!found.isDirectory()) throw new UserError(`${folder} is a file; give the folder that holds the model.`);
  return loadRouting(folder, await openEncoder(useLiteFolder()));
};
