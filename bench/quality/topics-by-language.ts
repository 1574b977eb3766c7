import { clusterTexts } from '../../model/cluster/cluster-texts.ts';
import type { Encoder } from '../../model/encoder/open-encoder.ts';

const MIN_SIZE = 5;

export interface TicketOfTopic {
  readonly text: string;
  readonly topic: string;
  /** Whether it is in a language that the encoder does not know. */
  readonly foreign: boolean;
}

/** Of the tickets in known, or in other languages: shares, 0..1. */
export interface TopicsOfLanguage {
  readonly tickets: number;
  /** In a cluster whose tickets are mostly of its own topic. */
  readonly withTheirTopic: number;
  /** In a cluster whose tickets are mostly in languages that the encoder does not know. */
  readonly amongForeign: number;
  readonly outliers: number;
}

/** Clusters tickets in several languages, their number found, and says with whom they come to lie; outliers count at the nearest cluster. */
export const measureTopicsByLanguage = async (tickets: readonly TicketOfTopic[], encoder: Encoder, seed: number) => {
  const { clusters, nearest, ofText } = await clusterTexts({
    texts: tickets.map(({ text }) => text),
    reader: { kind: 'encoder', encoder },
    seed,
    minSize: MIN_SIZE,
  });
  const members = clusters.map((_, cluster) => tickets.filter((_ticket, at) => nearest[at] === cluster));
  const topics = members.map((own) => mostFrequent(own.map(({ topic }) => topic)));
  const mostlyForeign = members.map((own) => own.filter(({ foreign }) => foreign).length > own.length / 2);
  const measure = (isForeign: boolean): TopicsOfLanguage => {
    const positions = [...tickets.keys()].filter((at) => tickets[at]!.foreign === isForeign);
    const share = (holds: (at: number) => boolean): number => positions.filter(holds).length / Math.max(1, positions.length);
    return {
      tickets: positions.length,
      withTheirTopic: share((at) => topics[nearest[at]!] === tickets[at]!.topic),
      amongForeign: share((at) => mostlyForeign[nearest[at]!] === true),
      outliers: share((at) => ofText[at] === -1),
    };
  };
  return {
    clusters: clusters.length,
    namedByLanguage: clusters.filter(({ name }) => name.endsWith(')')).map(({ name }) => name),
    known: measure(false),
    foreign: measure(true),
  };
};

const mostFrequent = (values: readonly string[]): string | undefined => {
  const counts = Object.entries(Object.groupBy(values, (value) => value)).map(([value, own]) => [value, own!.length] as const);
  return counts.sort(([one, ones], [other, others]) => others - ones || (one < other ? -1 : 1))[0]?.[0];
};
