import type { ClusteredTexts } from '../../model/cluster/cluster-texts.ts';
import type { ClusteringAgreement } from '../../model/evaluate/clustering-agreement.ts';
import { percent } from '../print-table.ts';
import { counted } from '../table/note.ts';
import type { Tickets } from '../table/read-tickets.ts';
import { rowId } from '../table/row-id.ts';

export interface ClusterReport {
  readonly tickets: Tickets;
  readonly clustered: ClusteredTexts;
  readonly agreement: ClusteringAgreement | undefined;
  readonly seconds: number;
}

const WIDTH = 90;

/** What --json prints: counts and agreement first, then the clusters. */
export const clusterJson = ({ tickets, clustered, agreement, seconds }: ClusterReport): Readonly<Record<string, unknown>> => {
  const idsOf = (positions: readonly number[]): readonly string[] => positions.map((at) => rowId(tickets.rows[at]!));
  return {
    n: tickets.texts.length,
    clusters: clustered.clusters.length,
    outliers: outliersOf(clustered),
    nmi: agreement?.nmi ?? null,
    ari: agreement?.ari ?? null,
    accuracy: agreement?.accuracy ?? null,
    seconds: Math.round(seconds * 1_000) / 1_000,
    themes: clustered.themes.map(({ name, size, clusters }) => ({ name, size, clusters: clusters.map((at) => at + 1) })),
    found: clustered.clusters.map((cluster, at) => ({
      cluster: at + 1,
      name: cluster.name,
      phrases: cluster.phrases,
      size: cluster.size,
      tightness: Math.round(cluster.tightness * 1_000) / 1_000,
      typical: idsOf(cluster.typical),
      different: idsOf(cluster.different),
    })),
  };
};

export const clusterText = ({ tickets, clustered, agreement, seconds }: ClusterReport): string => {
  const { clusters, themes } = clustered;
  const count = tickets.texts.length;
  const lines = themes.flatMap((theme) => [
    '',
    `${theme.name} (${counted(theme.size, 'ticket')})`,
    ...theme.clusters.flatMap((at) => {
      const { name, size, phrases, tightness, typical } = clusters[at]!;
      const others = phrases.slice(1).join(', ');
      return [
        `  ${at + 1}. ${name}: ${counted(size, 'ticket')}, tightness ${tightness.toFixed(2)}${others === '' ? '' : `; also: ${others}`}`,
        ...typical.slice(0, 2).map((row) => `       "${oneLine(tickets.texts[row]!)}"`),
      ];
    }),
  ]);
  return [
    `${counted(count, 'ticket')} in ${counted(clusters.length, 'cluster')} and ${counted(themes.length, 'theme')}, ` +
      `${counted(outliersOf(clustered), 'outlier')} (${percent(count === 0 ? 0 : outliersOf(clustered) / count)}), in ${seconds.toFixed(1)} s.`,
    ...(agreement === undefined
      ? []
      : [
          `Against the labels, outliers at their nearest cluster: NMI ${agreement.nmi.toFixed(3)}, ARI ${agreement.ari.toFixed(3)}, ` +
            `accuracy ${percent(agreement.accuracy)} by the best matching.`,
        ]),
    ...lines,
  ].join('\n');
};

const outliersOf = ({ ofText }: ClusteredTexts): number => ofText.reduce((sum, cluster) => sum + (cluster === -1 ? 1 : 0), 0);

const oneLine = (text: string): string => {
  const line = text.replaceAll(/\s+/gu, ' ').trim();
  return line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line;
};
