import { cutTree, linkByAverage } from '../average-linkage.ts';
import { silhouetteOf } from './silhouette.ts';
import { centroidsOf } from './centroids.ts';

/** Themes are at most this times the root of the number of clusters: the silhouette alone would pair clusters up. */
const MOST_THEMES = 1.5;
/** Fewer clusters are themes of their own. */
const FEWEST_CLUSTERS = 4;

/**
 * Groups clusters into themes: average linkage of their centres, cut where the rows' mean silhouette by themes is best.
 * @param ofRow cluster of each row, -1 for none
 * @returns theme of each cluster, 0 and up, in the order of the clusters
 */
export const findThemes = (rows: Float32Array, ofRow: Int32Array, count: number, dimension: number): Int32Array => {
  if (count < FEWEST_CLUSTERS) return Int32Array.from({ length: count }, (_, cluster) => cluster);
  const merges = linkByAverage(centroidsOf(rows, ofRow, count, dimension).rows, dimension);
  let best = { themes: new Int32Array(count), silhouette: -Infinity };
  for (let themeCount = 2; themeCount <= MOST_THEMES * Math.sqrt(count); themeCount++) {
    const themes = inOrder(cutTree(merges, themeCount));
    const ofTheme = ofRow.map((cluster) => (cluster === -1 ? -1 : themes[cluster]!));
    const silhouette = silhouetteOf(rows, ofTheme, dimension);
    if (silhouette > best.silhouette) best = { themes, silhouette };
  }
  return best.themes;
};

/** Numbered by their first cluster. */
const inOrder = (themes: Int32Array): Int32Array<ArrayBuffer> => {
  const numbers = new Map<number, number>();
  return Int32Array.from(themes, (theme) => {
    const number = numbers.get(theme) ?? numbers.size;
    numbers.set(theme, number);
    return number;
  });
};
