import type { Encoder } from '../encoder/open-encoder.ts';
import { gatherRows } from '../gather-rows.ts';
import { byCodeUnits } from '../random.ts';
import type { RoutingModel } from '../routing-model.ts';
import { describeClusters } from './describe-clusters.ts';
import type { ClusterMap } from './describe-clusters.ts';
import { findClusters } from './find-clusters.ts';
import { lendRouting } from './lend-routing.ts';
import type { LentTexts } from './lend-routing.ts';
import { readAlone } from './read-alone.ts';
import type { TextsAlone } from './read-alone.ts';

/** What texts are read with: an encoder alone, or what a routing model has learned too. */
export type Reader =
  | { readonly kind: 'encoder'; readonly encoder: Encoder }
  | { readonly kind: 'model'; readonly model: RoutingModel };

export interface TextClustering {
  readonly texts: readonly string[];
  readonly reader: Reader;
  readonly seed: number;
  readonly minSize: number;
  /** Clusters wanted; found out where it is missing. */
  readonly number?: number | undefined;
  readonly onProgress?: (stage: string, share: number) => void;
}

export interface ClusteredTexts extends ClusterMap {
  /** Cluster of each text; -1 for outliers and texts of which nothing is known. */
  readonly ofText: Int32Array;
  /** The same with the nearest cluster of outliers. */
  readonly nearest: Int32Array;
}

/** Clusters texts and says what the clusters are. The order of the texts does not matter; the same texts and seed give the same. */
export const clusterTexts = async (clustering: TextClustering): Promise<ClusteredTexts> => {
  const { texts, reader, seed, minSize, number, onProgress } = clustering;
  const order = Array.from(texts.keys()).sort((left, right) => byCodeUnits(texts[left]!, texts[right]!));
  const sorted = order.map((position) => texts[position]!);
  const read = await readSorted(sorted, reader, seed, (share) => onProgress?.('reading', share));
  const known = Int32Array.from(sorted.keys()).filter((at) => !read.blank[at]);
  const rows = gatherRows(read.rows, known, read.dimension);
  const found = await findClusters({
    rows,
    dimension: read.dimension,
    wide: read.wide && {
      dimension: read.wide.dimension,
      rowsAt: (positions) =>
        gatherRows(
          read.wide!.rows,
          positions.map((at) => known[at]!),
          read.wide!.dimension,
        ),
    },
    seed,
    minSize,
    number,
    onProgress: (done, total) => onProgress?.('clustering', done / total),
  });
  const map = describeClusters(
    Array.from(known, (at) => sorted[at]!),
    rows,
    read.dimension,
    found,
    (reader.kind === 'encoder' ? reader.encoder : reader.model.encoder).manifest.languages,
  );
  const positions = Array.from(known, (at) => order[at]!);
  const spread = (values: Int32Array): Int32Array => {
    const ofText = new Int32Array(texts.length).fill(-1);
    values.forEach((value, at) => (ofText[positions[at]!] = value));
    return ofText;
  };
  const inFile = (shown: readonly number[]): readonly number[] => shown.map((at) => positions[at]!);
  return {
    clusters: map.clusters.map((cluster) => ({
      ...cluster,
      typical: inFile(cluster.typical),
      different: inFile(cluster.different),
    })),
    themes: map.themes,
    ofText: spread(found.ofRow),
    nearest: spread(found.nearest),
  };
};

const readSorted = async (
  texts: readonly string[],
  reader: Reader,
  seed: number,
  onShare: (share: number) => void,
): Promise<LentTexts & Partial<TextsAlone>> => {
  const onRead = (done: number, total: number): void => onShare(total === 0 ? 1 : done / total);
  if (reader.kind === 'encoder') {
    const read = await readAlone(reader.encoder, texts, seed, onRead);
    await reader.encoder.rest();
    return read;
  }
  return lendRouting(reader.model, texts, seed, onRead);
};
