import { stat } from 'node:fs/promises';
import { readArtifact } from '../../model/artifact.ts';
import { encoderFolderOf } from '../../model/encoder/installed-encoders.ts';
import { openEncoder } from '../../model/encoder/open-encoder.ts';
import { openRouting } from '../../model/routing-model.ts';
import type { RoutingModel } from '../../model/routing-model.ts';
import { UserError } from '../user-error.ts';

/**
 * Opens a routing model that `train` wrote, with the encoder that it names.
 * @throws UserError where there is no such folder; ArtifactError where no whole model is in it; EncoderError where its encoder is missing
 */
export const openModel = async (folder: string, encoders: string): Promise<RoutingModel> => {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) throw new UserError(`There is no folder ${folder}; give the one that "train" wrote with --out.`);
  if (!found.isDirectory()) throw new UserError(`${folder} is a file; give the folder that holds the model.`);
  const artifact = readArtifact(folder, 'routing');
  const { name } = artifact.manifest.encoder;
  return openRouting(artifact, await openEncoder(encoderFolderOf(name, encoders)));
};
