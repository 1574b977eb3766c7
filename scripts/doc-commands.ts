/** A command that a page shows, and what it shows that came of it. */
export interface DocCommand {
  readonly command: string;
  /** Undefined where the page shows none. */
  readonly output: string | undefined;
}

/** A block of shell, and perhaps a block of text right behind it. */
const BLOCKS = /```sh\n([\s\S]*?)\n```(?:\n\n```text\n([\s\S]*?)\n?```)?/gu;

/** The commands of a page in their order; a block may hold several lines of one command, or several commands. */
export const docCommands = (page: string): readonly DocCommand[] =>
  Array.from(page.matchAll(BLOCKS), ([, command = '', output]) => ({ command, output }));

/** The page with other outputs, in the order of its commands; commands that show none go on showing none. */
export const withOutputs = (page: string, outputs: readonly string[]): string => {
  let at = 0;
  return page.replaceAll(BLOCKS, (block: string, command: string, shown: string | undefined) => {
    const output = outputs[at++];
    return shown === undefined || output === undefined
      ? block
      : `\`\`\`sh\n${command}\n\`\`\`\n\n\`\`\`text\n${output.trimEnd()}\n\`\`\``;
  });
};
