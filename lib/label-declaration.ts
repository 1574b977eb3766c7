import type { Construct } from 'constructs';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseLabelDeclaration } from '../core/labels/label-declaration.ts';

/** At the project's top level, unless `-c labels=FILE` names another. */
export const LABELS_FILE = 'labels.json';

const REPOSITORY = join(import.meta.dirname, '..');

/**
 * The declaration of renamed, added and retired labels that is deployed with a stack.
 * @returns the file's text; undefined where nothing is declared
 * @throws LabelDeclarationError where it is no declaration, so that a mistake ends here and not in a function
 */
export const labelDeclaration = (scope: Construct): string | undefined => {
  const asked: unknown = scope.node.tryGetContext('labels');
  const file = typeof asked === 'string' && asked !== '' ? resolve(asked) : join(REPOSITORY, LABELS_FILE);
  if (asked === undefined && !existsSync(file)) return undefined;
  if (!existsSync(file)) throw new Error(`There is no file ${file} that could declare labels; check -c labels=FILE.`);
  const text = readFileSync(file, 'utf8');
  parseLabelDeclaration(text, file);
  return text;
};
