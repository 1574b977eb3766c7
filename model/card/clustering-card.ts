import type { Manifest } from '../manifest.ts';
import { dataSection } from './data-section.ts';
import { counted, grouped, markdownTable, percent, plainText } from './markdown.ts';

/** The card of a topic map in Markdown. */
export const clusteringCard = (manifest: Omit<Manifest, 'files'>): string => {
  const { topics, metrics, embedding } = manifest;
  const { covered, silhouette, sampled } = metrics['clustering'] ?? {};
  return `${[
    '# Topic map',
    `Gives the embedding of a ticket one of ${counted(topics.length, 'topic')}, or none. Nobody labelled the topics: they are groups of similar tickets, named by phrases that set them apart.`,
    dataSection(manifest),
    '## Quality',
    markdownTable(
      ['Measure', 'Value', 'Means'],
      [
        ...(typeof covered === 'number' ? [['In a topic', percent(covered), 'share of the grouped tickets']] : []),
        ...(typeof silhouette === 'number'
          ? [
              [
                'Silhouette',
                silhouette.toFixed(3),
                'how much nearer a ticket is to its own topic than to the next; 1 is best, below 0 is wrong',
              ],
            ]
          : []),
        ...(typeof sampled === 'number' ? [['Grouped', grouped(sampled), 'tickets; the others were assigned afterwards']] : []),
      ],
    ),
    '## Topics',
    topics.length === 0
      ? 'None: the tickets form no group that is large enough.'
      : markdownTable(
          ['Topic', 'Tickets', 'Phrases', 'Id'],
          topics.map(({ id, label, phrases, size }) => [
            plainText(label),
            grouped(size),
            phrases.map(plainText).join(', '),
            `\`${id}\``,
          ]),
        ),
    [
      '## Limits',
      '',
      '- There is no right answer to how finely tickets are grouped: judge the topics by whether they help.',
      '- Matters that arose after the window have no topic; a ticket that is unlike all of them gets none.',
      `- It reads embeddings of the space ${plainText(embedding.space)} only, so those of the routing model that it was made with.`,
      '- Phrases are words of tickets: it belongs where the tickets may be.',
    ].join('\n'),
  ].join('\n\n')}\n`;
};
