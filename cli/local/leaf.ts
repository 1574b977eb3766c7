import type { Command } from 'commander';

export interface Leaf {
  /** Name and arguments, as commander takes them. */
  readonly usage: string;
  readonly description: string;
  /** What is written after `npm run -s signalbox -- `. */
  readonly examples: readonly string[];
}

/** A command that prints: text for people, or one JSON value with --json. */
export const addLeaf = (parent: Command, { usage, description, examples }: Leaf): Command =>
  parent
    .command(usage)
    .description(description)
    .option('--json', 'print one JSON value')
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  npm run -s signalbox -- ${example}`).join('\n')}`);

export interface JsonFlag {
  readonly json?: true;
}

/** Prints what a command found out. */
export const print = (write: (text: string) => void, { json }: JsonFlag, value: unknown, text: () => string): void =>
  write(`${json ? JSON.stringify(value) : text()}\n`);
