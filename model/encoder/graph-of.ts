import { openSession } from '../onnx/session.ts';
import { bertGraph } from './bert-graph.ts';
import type { EncoderManifest } from './manifest.ts';
import { pooledGraph } from './pooled-graph.ts';
import type { TextGraph } from './text-graph.ts';

/** An encoder's graph, and what of the manifest it is opened by. */
export interface GraphSource {
  readonly path: string;
  readonly manifest: Pick<EncoderManifest, 'pooling' | 'dimension' | 'hidden'>;
}

/**
 * Opens the graph of an encoder whose files have been checked.
 * @param content of the file, where it has been read
 * @throws OnnxError, EncoderError
 */
export const graphOf = async ({ path, manifest }: GraphSource, content?: Uint8Array): Promise<TextGraph> => {
  const session = await openSession(content ?? path, { threads: 1 });
  try {
    return manifest.pooling === 'graph' ? pooledGraph(session, manifest) : bertGraph(session, manifest, path);
  } catch (cause) {
    await session.release();
    throw cause;
  }
};
