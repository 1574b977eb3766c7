import { adviseOn } from '../../model/readiness/advise.ts';
import { assessReadiness } from '../../model/readiness/assess-readiness.ts';
import type { Readiness } from '../../model/readiness/assess-readiness.ts';
import { crossValidateWords } from '../../model/readiness/cross-validate.ts';
import { createProgress } from '../progress.ts';
import { readTickets } from '../table/read-tickets.ts';
import type { Tickets } from '../table/read-tickets.ts';
import { writeNotes } from '../table/write-notes.ts';
import { readinessText } from './print-readiness.ts';

export interface ReadinessOptions {
  readonly data: string;
  readonly text: readonly string[];
  /** Head → column. */
  readonly label: Readonly<Record<string, string>>;
  readonly seed: number;
  readonly json?: true;
}

/** Says what a file of tickets can carry. Nothing is written, so Ctrl-C needs no care. */
export const readiness = async (options: ReadinessOptions): Promise<void> => {
  const startedAt = performance.now();
  const progress = createProgress();
  progress.show(`reading ${options.data}`);
  const tickets = await readTickets(options.data, { text: options.text, labels: options.label });
  progress.show('looking for duplicates');
  const assessed = await assessReadiness(
    { texts: tickets.texts, labels: tickets.labels, seed: options.seed },
    crossValidateWords,
    (head) => progress.show(`cross-validating ${head}`),
  );
  progress.end();
  writeNotes(tickets.report.notes);
  const advice = adviseOn(assessed);
  const seconds = Math.round(performance.now() - startedAt) / 1000;
  const printed =
    options.json === true
      ? JSON.stringify({ read: tickets.report, ...withRows(assessed, tickets), advice, seconds })
      : readinessText(assessed, tickets, advice, seconds);
  process.stdout.write(`${printed}\n`);
};

/** Positions become rows of the file. */
const withRows = ({ texts, heads }: Readiness, { rows }: Tickets) => ({
  texts: { ...texts, largestGroups: texts.largestGroups.map(({ count, first }) => ({ count, row: rows[first] })) },
  heads: Object.fromEntries(
    Object.entries(heads).map(([name, head]) => [
      name,
      {
        ...head,
        conflicts: head.conflicts.map(({ positions, labels }) => ({ rows: positions.map((at) => rows[at]), labels })),
        mislabelled: head.mislabelled.map(({ at, ...suspect }) => ({ row: rows[at], ...suspect })),
      },
    ]),
  ),
});
