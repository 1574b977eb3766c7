import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseLabelDeclaration } from '../../core/labels/label-declaration.ts';
import { labelMapOf, NO_LABEL_CHANGES } from '../../core/labels/label-map.ts';
import type { LabelMap } from '../../core/labels/label-map.ts';

/** Name of the file: at the project's top level, and beside the bundle of every function that reads it. */
export const LABELS_FILE = 'labels.json';

/**
 * The declaration of labels that was deployed with a function.
 * @param folder of the function's code
 * @throws LabelDeclarationError where the file is no declaration; it was checked when the stack was synthesized
 */
export const declaredLabels = (folder: string): LabelMap => {
  let text: string;
  try {
    text = readFileSync(join(folder, LABELS_FILE), 'utf8');
  } catch (error) {
    // Most organisations have nothing to declare.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return NO_LABEL_CHANGES;
    throw error;
  }
  return labelMapOf(parseLabelDeclaration(text, LABELS_FILE));
};
