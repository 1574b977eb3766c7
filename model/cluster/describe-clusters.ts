import { languageName } from '../../core/language/language-name.ts';
import { dot } from '../average-linkage.ts';
import { foreignLanguages } from '../language/group-languages.ts';
import { nameByPhrases } from '../phrases.ts';
import { centroidsOf } from './centroids.ts';
import type { FoundClusters } from './find-clusters.ts';
import { findThemes } from './find-themes.ts';

/** Tickets shown of each cluster. */
const SHOWN = 3;

export interface ClusterDescription {
  /** Its first phrase, or its number where no two texts have one in common; and its language, where the encoder does not know it. */
  readonly name: string;
  /** What tells it from the others, best first. */
  readonly phrases: readonly string[];
  /** Without outliers. */
  readonly size: number;
  /** Mean cosine of its tickets with its centre, at most 1. */
  readonly tightness: number;
  /** Positions of the tickets nearest to its centre. */
  readonly typical: readonly number[];
  /** Positions of its tickets that are farthest from its centre, the farthest first. */
  readonly different: readonly number[];
  /** Position of its theme. */
  readonly theme: number;
}

export interface ThemeDescription {
  readonly name: string;
  /** Positions of its clusters. */
  readonly clusters: readonly number[];
  readonly size: number;
}

/** What a person reads of clusters, in their order, and the themes that hold them. */
export interface ClusterMap {
  readonly clusters: readonly ClusterDescription[];
  readonly themes: readonly ThemeDescription[];
}

/**
 * @param rows texts × dimension, of unit length: where the clusters were found
 * @param languages that the encoder knows
 */
export const describeClusters = (
  texts: readonly string[],
  rows: Float32Array,
  dimension: number,
  { ofRow, count }: FoundClusters,
  languages: readonly string[],
): ClusterMap => {
  const themeOf = findThemes(rows, ofRow, count, dimension);
  const themeCount = themeOf.reduce((most, theme) => Math.max(most, theme + 1), 0);
  const ofTheme = ofRow.map((cluster) => (cluster === -1 ? -1 : themeOf[cluster]!));
  const phrases = nameByPhrases(texts, ofRow, count);
  const themePhrases = nameByPhrases(texts, ofTheme, themeCount);
  const foreign = foreignLanguages(texts, ofRow, count, languages);
  const foreignThemes = foreignLanguages(texts, ofTheme, themeCount, languages);
  const centres = centroidsOf(rows, ofRow, count, dimension);
  const members = Array.from({ length: count }, (): { readonly row: number; readonly similarity: number }[] => []);
  ofRow.forEach((cluster, row) => {
    if (cluster === -1) return;
    members[cluster]!.push({ row, similarity: dot(rows, row, centres.rows, cluster, dimension) });
  });
  const clusters = members.map((own, cluster): ClusterDescription => {
    const near = own.toSorted((left, right) => right.similarity - left.similarity || left.row - right.row).map(({ row }) => row);
    return {
      name: nameOf(phrases[cluster]![0] ?? `cluster ${cluster + 1}`, foreign[cluster]),
      phrases: phrases[cluster]!,
      size: own.length,
      tightness: own.reduce((sum, { similarity }) => sum + similarity, 0) / own.length,
      typical: near.slice(0, SHOWN),
      different: near.slice(SHOWN).toReversed().slice(0, SHOWN),
      theme: themeOf[cluster]!,
    };
  });
  const themes = Array.from({ length: themeCount }, (_, theme): ThemeDescription => {
    const own = clusters.flatMap((cluster, at) => (cluster.theme === theme ? [at] : []));
    return {
      name:
        own.length === 1
          ? clusters[own[0]!]!.name
          : nameOf(themePhrases[theme]![0] ?? `theme ${theme + 1}`, foreignThemes[theme]),
      clusters: own,
      size: own.reduce((sum, at) => sum + clusters[at]!.size, 0),
    };
  });
  return { clusters, themes };
};

/** @param language as of foreignLanguages */
export const nameOf = (phrase: string, language: string | undefined): string =>
  language === undefined ? phrase : `${phrase} (${languageName(language)})`;
