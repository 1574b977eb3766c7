import { evaluateHead } from '../../model/evaluate/evaluate-head.ts';
import type { HeadEvaluation } from '../../model/evaluate/evaluate-head.ts';
import { aurocOf, scopeAtFloor } from '../../model/evaluate/out-of-scope.ts';
import { mostLikely } from '../../model/ranking.ts';
import type { RoutingModel } from '../../model/routing-model.ts';
import { scoreTexts } from '../../model/score-texts.ts';
import type { HeadScores, OnScored } from '../../model/score-texts.ts';
import { tidyLabel } from '../../core/labels/join-spellings.ts';
import { counted, listed } from '../table/note.ts';
import type { Note } from '../table/note.ts';
import { readTickets } from '../table/read-tickets.ts';
import type { Tickets } from '../table/read-tickets.ts';
import { UserError } from '../user-error.ts';

export interface EvaluationRequest {
  readonly data: string;
  readonly text: readonly string[];
  /** Head → column; the first head judges what is out of scope. */
  readonly labels: Readonly<Record<string, string>>;
  readonly outOfScope: OutOfScopeSource | undefined;
}

/** Where texts come from that belong to no label of the model. */
export type OutOfScopeSource =
  | { readonly kind: 'file'; readonly file: string }
  /** Tickets of the data with this label. */
  | { readonly kind: 'label'; readonly label: string };

export interface ScopeEvaluation {
  /** Texts out of scope. */
  readonly n: number;
  /** 0..1, as the others. */
  readonly auroc: number;
  /** Share of the tickets in scope that are accepted and right, at the floor stored in the model. */
  readonly inScopeAccuracy: number;
  /** Share of the texts out of scope that are rejected, at the same floor. */
  readonly recall: number;
}

export interface ModelEvaluation {
  readonly heads: ReadonlyMap<string, HeadEvaluation>;
  readonly outOfScope: ScopeEvaluation | undefined;
  /** What a person should know of the files and their labels. */
  readonly notes: readonly Note[];
}

/**
 * Judges a model by tickets whose labels are known. A label that the model does not know makes its tickets errors, unless it stands
 * for out of scope: those tickets are left out of the accuracy.
 * @throws UserError where the file or its columns do not fit the model
 */
export const evaluateModel = async (
  model: RoutingModel,
  request: EvaluationRequest,
  onScored: OnScored = () => {},
): Promise<ModelEvaluation> => {
  const heads = Object.keys(request.labels);
  const modelLabels = new Map(model.heads.map(({ name, manifest }) => [name, manifest.labels]));
  const missing = heads.filter((head) => !modelLabels.has(head));
  if (missing.length > 0)
    throw new UserError(`The model has no head ${listed(missing)}; it has ${listed([...modelLabels.keys()])}.`);

  const outOfScopeLabel = request.outOfScope?.kind === 'label' ? tidyLabel(request.outOfScope.label) : undefined;
  const tickets = await readTickets(request.data, {
    text: request.text,
    labels: request.labels,
    knownLabels: Object.fromEntries(
      heads.map((head) => [head, [...modelLabels.get(head)!, ...(outOfScopeLabel === undefined ? [] : [outOfScopeLabel])]]),
    ),
  });
  const isStrange = tickets.texts.map(
    (_, row) => outOfScopeLabel !== undefined && heads.some((head) => tickets.labels[head]![row] === outOfScopeLabel),
  );
  const strange = await outOfScopeTexts(request, tickets, isStrange);

  const scores = await scoreTexts(model, [...tickets.texts, ...strange.texts], onScored);
  const evaluated = heads.map((head): readonly [string, HeadEvaluation] => {
    const rows = labelledRows(tickets, head, isStrange);
    if (rows.length === 0)
      throw new UserError(
        `${request.data} has no ticket in scope with a label in "${request.labels[head]}" to judge ${head} by.`,
      );
    const { labels, probabilities } = scores.get(head)!;
    const { thresholdAt95 } = model.manifest.heads[head]!;
    const actual = rows.map((row) => tickets.labels[head]![row]!);
    return [head, evaluateHead({ labels, probabilities: rowsOf(probabilities, labels.length, rows), actual, thresholdAt95 })];
  });
  const judge = heads[0]!;
  return {
    heads: new Map(evaluated),
    outOfScope:
      strange.texts.length === 0
        ? undefined
        : evaluateScope(
            scores.get(judge)!,
            tickets,
            judge,
            labelledRows(tickets, judge, isStrange),
            strange.texts.length,
            outOfScopeLabel,
          ),
    notes: [...tickets.report.notes, ...strange.notes, ...evaluated.flatMap(unknownLabelNotes)],
  };
};

const unknownLabelNotes = ([head, evaluation]: readonly [string, HeadEvaluation]): readonly Note[] => {
  const { unknownLabelCount, labels, knownLabelCount } = evaluation;
  const names = listed(labels.slice(knownLabelCount), 10);
  const text = `${counted(unknownLabelCount, 'ticket')} with labels of ${head} that the model does not know (${names}) count as errors.`;
  return unknownLabelCount === 0 ? [] : [{ level: 'warning', text }];
};

/** Texts without a label of the model's, and what is to be said of their file. */
interface StrangeTexts {
  readonly texts: readonly string[];
  readonly notes: readonly Note[];
}

const outOfScopeTexts = async (
  { data, text, outOfScope }: EvaluationRequest,
  tickets: Tickets,
  isStrange: readonly boolean[],
): Promise<StrangeTexts> => {
  if (outOfScope === undefined) return { texts: [], notes: [] };
  if (outOfScope.kind === 'file') {
    const { texts, report } = await readTickets(outOfScope.file, { text, labels: {} });
    return { texts, notes: report.notes };
  }
  const texts = tickets.texts.filter((_, row) => isStrange[row]);
  if (texts.length === 0) throw new UserError(`${data} has no ticket with the label "${outOfScope.label}"; name another one.`);
  return { texts, notes: [] };
};

const labelledRows = (tickets: Tickets, head: string, isStrange: readonly boolean[]): readonly number[] =>
  tickets.texts.flatMap((_, row) => (tickets.labels[head]![row] === undefined || isStrange[row] === true ? [] : [row]));

const rowsOf = (matrix: Float64Array, width: number, rows: readonly number[]): Float64Array => {
  const chosen = new Float64Array(rows.length * width);
  rows.forEach((row, at) => chosen.set(matrix.subarray(row * width, (row + 1) * width), at * width));
  return chosen;
};

/** The texts out of scope are the last ones scored. */
const evaluateScope = (
  { labels, probabilities, familiarity, familiarityFloor }: HeadScores,
  tickets: Tickets,
  head: string,
  rows: readonly number[],
  strangeCount: number,
  outOfScopeLabel: string | undefined,
): ScopeEvaluation => {
  const predicted = (row: number): string => labels[mostLikely(probabilities, row * labels.length, labels.length)]!;
  // A model that was trained with the label for out of scope rejects by it as well.
  const familiarityOf = (row: number): number => (predicted(row) === outOfScopeLabel ? -Infinity : familiarity[row]!);
  const given = {
    inScope: rows.map(familiarityOf),
    right: rows.map((row) => predicted(row) === tickets.labels[head]![row]),
    outOfScope: Array.from({ length: strangeCount }, (_, index) => familiarityOf(familiarity.length - strangeCount + index)),
  };
  const { inScopeAccuracy, recall } = scopeAtFloor(given, familiarityFloor);
  return { n: strangeCount, auroc: aurocOf(given.inScope, given.outOfScope)!, inScopeAccuracy, recall };
};
