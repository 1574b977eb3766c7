import { existsSync } from 'node:fs';
import { AwsError } from '../service.ts';
import type { State } from '../state/state.ts';
import { readImageProgram } from './dockerfile.ts';
import type { ImageProgram } from './dockerfile.ts';

/** Images by their tag. What runs since an earlier assembly goes on with that one's image, as long as its folder is there. */
export const knownImages = (images: ReadonlyMap<string, string>, state: State): ((image: string) => ImageProgram) => {
  const kept = state.section<string>('images');
  const earlier = new Map(kept.restored());
  for (const [tag, folder] of images) kept.put(tag, folder);
  return (image) => {
    const tag = image.slice(image.lastIndexOf(':') + 1);
    const folder = images.get(tag) ?? earlier.get(tag);
    if (folder === undefined || !existsSync(folder))
      throw new AwsError('ValidationException', `Requested image ${image} not found.`);
    return readImageProgram(folder);
  };
};
