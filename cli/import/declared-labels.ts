import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LABELS_FILE } from '../../adapters/labels/declared-labels.ts';
import { LabelDeclarationError, parseLabelDeclaration } from '../../core/labels/label-declaration.ts';
import { labelMapOf, NO_LABEL_CHANGES } from '../../core/labels/label-map.ts';
import type { LabelMap } from '../../core/labels/label-map.ts';
import { UserError } from '../user-error.ts';

const AT_TOP_LEVEL = join(resolve(import.meta.dirname, '../..'), LABELS_FILE);

/**
 * The declaration of labels that a stage is deployed with: the project's own, or another that was named.
 * @throws UserError where the named one is not there, or is no declaration
 */
export const readDeclaredLabels = (named: string | undefined): LabelMap => {
  const file = named ?? AT_TOP_LEVEL;
  if (!existsSync(file)) {
    if (named === undefined) return NO_LABEL_CHANGES;
    throw new UserError(`There is no file ${named} that could declare labels; check the path.`);
  }
  try {
    return labelMapOf(parseLabelDeclaration(readFileSync(file, 'utf8'), file));
  } catch (error) {
    if (error instanceof LabelDeclarationError) throw new UserError(error.message, { cause: error });
    throw error;
  }
};
