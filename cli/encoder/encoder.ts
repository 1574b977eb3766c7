import { encodingCost, encodingCostText } from '../../core/cost/encoding-cost.ts';
import { openEncoder } from '../../model/encoder/open-encoder.ts';
import { encoderFolderOf, installedEncoders } from '../../model/encoder/installed-encoders.ts';
import { keepSpeed } from '../../model/encoder/speed.ts';
import { tableText } from '../print-table.ts';
import { createProgress } from '../progress.ts';
import { untilStopped } from '../until-stopped.ts';
import { addEncoder } from './add-encoder.ts';
import type { AddOptions } from './add-encoder.ts';
import { describeEncoder } from './describe-encoder.ts';
import type { EncoderDescription } from './describe-encoder.ts';
import { measureSpeed } from './measure-speed.ts';

export interface ListOptions {
  readonly encoders: string;
  readonly json?: true;
}

export interface CheckOptions extends ListOptions {
  readonly tickets?: number;
}

const FACT_WIDTH = 11;

/** Adds an encoder, and says what it is. */
export const add = async (source: string, options: AddOptions & { readonly json?: true }): Promise<void> =>
  untilStopped(async (signal) => {
    const progress = createProgress();
    try {
      const folder = await addEncoder(source, options, (step) => progress.show(step), signal);
      progress.end();
      const encoder = await openEncoder(folder);
      const described = describeEncoder(folder, encoder.manifest, encoder.hash);
      keepSpeed(described.name, folder, await measureSpeed(encoder));
      await encoder.release();
      print(options, described, () => [
        `Added ${described.name}.`,
        '',
        ...factLines(described),
        '',
        `Train with it: npm run -s signalbox -- train --encoder ${described.name} …`,
      ]);
    } finally {
      progress.end();
    }
  });

/** Lists the encoders that a model can be trained with. */
export const list = (options: ListOptions): void => {
  const all = installedEncoders(options.encoders);
  const readable = all.flatMap((each) =>
    each.kind === 'readable' ? [describeEncoder(each.folder, each.manifest, each.hash)] : [],
  );
  const broken = all.flatMap((each) => (each.kind === 'broken' ? [{ name: each.name, reason: each.reason }] : []));
  print(options, { encoders: readable, broken }, () => [
    tableText([
      ['encoder', 'version', 'values', 'MB', 'tokens', 'languages', 'licence'],
      ...readable.map((each) => [
        each.name,
        each.version,
        String(each.dimension),
        megabytes(each.bytes),
        String(each.maxTokens),
        each.languages.join(', '),
        each.licence,
      ]),
    ]),
    ...broken.map(({ name, reason }) => `  ${name} is broken: ${reason}`),
  ]);
};

/** Holds an encoder to its manifest, and says how long a history would take. */
export const check = async (name: string, options: CheckOptions): Promise<void> => {
  const folder = encoderFolderOf(name, options.encoders);
  const encoder = await openEncoder(folder);
  const msPerTicket = await measureSpeed(encoder);
  const described = describeEncoder(folder, encoder.manifest, encoder.hash);
  keepSpeed(described.name, folder, msPerTicket);
  await encoder.release();
  const cost = options.tickets === undefined ? undefined : encodingCost(options.tickets, msPerTicket);
  const report = {
    ...described,
    references: encoder.manifest.references.length,
    msPerTicket: Number(msPerTicket.toFixed(2)),
    ...(cost === undefined
      ? {}
      : { tickets: options.tickets, secondsToEncode: Math.round(cost.seconds), usdToEncode: Number(cost.usd.toFixed(4)) }),
  };
  print(options, report, () => [
    `${name} is whole: every file has its hash, and it answers its ${report.references} reference texts as recorded.`,
    '',
    ...factLines(described),
    `  ${'time'.padEnd(FACT_WIDTH)}${msPerTicket.toFixed(1)} ms a ticket of 60 words, on one thread of this machine`,
    ...(cost === undefined
      ? []
      : [
          '',
          `Encoding a history of ${options.tickets!.toLocaleString('en')} tickets: ${encodingCostText(cost)}, were the instance as fast as ` +
            'this machine; once, for later trainings take it up.',
        ]),
  ]);
};

const factLines = (encoder: EncoderDescription): readonly string[] =>
  [
    ['embedding', `${encoder.dimension} values; hidden states: ${hiddenText(encoder)}`],
    ['reads', `windows of ${encoder.maxTokens} tokens${encoder.oneByOne ? ', one text at a time' : ''}`],
    [
      'pooling',
      encoder.prefix === '' ? encoder.pooling : `${encoder.pooling}, with the prefix ${JSON.stringify(encoder.prefix)}`,
    ],
    ['languages', encoder.languages.join(', ')],
    ['licence', encoder.licence],
    ['size', `${megabytes(encoder.bytes)} MB`],
    ['source', encoder.source],
    ['hash', encoder.hash],
    ['folder', encoder.folder],
  ].map(([fact, value]) => `  ${fact!.padEnd(FACT_WIDTH)}${value}`);

const hiddenText = ({ hidden }: EncoderDescription): string => Object.keys(hidden).join(', ') || 'none';

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

const print = ({ json }: { readonly json?: true }, value: unknown, lines: () => readonly string[]): void => {
  process.stdout.write(`${json === true ? JSON.stringify(value) : lines().join('\n')}\n`);
};
