import { openModel } from '../predict/open-model.ts';
import { createProgress } from '../progress.ts';
import { writeNotes } from '../table/write-notes.ts';
import { UsageError } from '../user-error.ts';
import { evaluateModel } from './evaluate-model.ts';
import type { OutOfScopeSource } from './evaluate-model.ts';
import { evaluationJson, evaluationText } from './print-evaluation.ts';

export interface EvaluateOptions {
  readonly model: string;
  readonly data: string;
  readonly text: readonly string[];
  readonly label: Readonly<Record<string, string>>;
  readonly outOfScope?: string;
  readonly outOfScopeLabel?: string;
  readonly encoders: string;
  readonly json?: true;
}

/** The command `evaluate`. */
export const evaluate = async (options: EvaluateOptions): Promise<void> => {
  const outOfScope = outOfScopeOf(options);
  const progress = createProgress();
  const { model, data, text, label: labels, encoders, json } = options;
  const evaluation = await evaluateModel(await openModel(model, encoders), { data, text, labels, outOfScope }, (done, total) =>
    progress.show('Judging', done / total),
  );
  progress.end();
  writeNotes(evaluation.notes);
  process.stdout.write(`${json === true ? JSON.stringify(evaluationJson(evaluation)) : evaluationText(evaluation)}\n`);
};

const outOfScopeOf = ({ outOfScope, outOfScopeLabel }: EvaluateOptions): OutOfScopeSource | undefined => {
  if (outOfScope !== undefined && outOfScopeLabel !== undefined)
    throw new UsageError('Give --out-of-scope FILE or --out-of-scope-label NAME, not both.');
  if (outOfScope !== undefined) return { kind: 'file', file: outOfScope };
  return outOfScopeLabel === undefined ? undefined : { kind: 'label', label: outOfScopeLabel };
};
