import type { DataSummary } from '../examples.ts';
import type { Manifest } from '../manifest.ts';
import { grouped, markdownTable, plainText } from './markdown.ts';

/** Times up to here stand for the order of tickets that have none. */
const FIRST_REAL_TIME = Date.UTC(1971, 0, 1);

const windowOf = ({ from, to }: DataSummary): string =>
  Date.parse(to) < FIRST_REAL_TIME ? 'not known: the tickets have no times' : `${from.slice(0, 10)} to ${to.slice(0, 10)}`;

/** What the model was made from, as a table. */
export const dataSection = ({ createdFrom, seed, codeVersion, encoder, version }: Omit<Manifest, 'files'>): string =>
  [
    '## Data',
    '',
    markdownTable(
      ['', ''],
      [
        ['Model version', plainText(version)],
        ['Tickets', grouped(createdFrom.count)],
        ['Window', windowOf(createdFrom)],
        ['SHA-256 of the tickets', `\`${createdFrom.dataHash}\``],
        ['Seed', String(seed)],
        ['Signalbox', plainText(codeVersion)],
        ['Encoder', plainText(encoder.name)],
      ],
    ),
  ].join('\n');
