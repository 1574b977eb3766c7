import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What customers and agents can look up. */
export interface HelpArticle {
  readonly id: string;
  readonly title: string;
  /** Id of the workflow that agents start for what the article is about. */
  readonly workflow: string;
  /** Paragraphs, parted by empty lines. */
  readonly text: string;
}

const FOLDER = join(import.meta.dirname, 'company', 'help');
const ARTICLE = /^# (?<title>[^\n]+)\n\nWorkflow: (?<workflow>[a-z-]+)\n\n(?<text>.+)$/s;

/** Thrown when an article does not begin with its title and its workflow. */
export class HelpFileError extends Error {
  override readonly name = 'HelpFileError';
  readonly retryable = false;
}

/** @param file how messages call the text */
export const parseHelp = (id: string, content: string, file: string): HelpArticle => {
  const parts = ARTICLE.exec(content)?.groups;
  if (!parts) throw new HelpFileError(`${file}: begin it with "# Title", an empty line and "Workflow: id"`);
  return { id, title: parts['title']!, workflow: parts['workflow']!, text: parts['text']!.trim() };
};

/** All help articles, by id. */
export const readHelp = (): readonly HelpArticle[] =>
  readdirSync(FOLDER)
    .toSorted()
    .map((name) => parseHelp(name.replace('.md', ''), readFileSync(join(FOLDER, name), 'utf8'), `samples/company/help/${name}`));
