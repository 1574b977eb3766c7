import type { Manifest } from '../manifest.ts';
import { grouped, markdownTable, plainText } from './markdown.ts';

/** What the model was made from, as a table. */
export const dataSection = ({ createdFrom, seed, encoder, version }: Omit<Manifest, 'files'>): string =>
  [
    '## Data',
    '',
    markdownTable(
      ['', ''],
      [
        ['Model version', plainText(version)],
        ['Tickets', grouped(createdFrom.count)],
        ['Window', `${createdFrom.from.slice(0, 10)} to ${createdFrom.to.slice(0, 10)}`],
        ['SHA-256 of the tickets', `\`${createdFrom.dataHash}\``],
        ['Seed', String(seed)],
        ['Encoder', plainText(encoder.name)],
      ],
    ),
  ].join('\n');
