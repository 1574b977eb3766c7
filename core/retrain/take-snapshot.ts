import { NotEnoughToLearnError } from './errors.ts';
import { joinSpellings, tidyLabel } from '../labels/join-spellings.ts';
import type { LabelMap } from '../labels/label-map.ts';
import { addDays, dayOf } from '../days.ts';
import type { EventLogReader } from '../archive/event-log.ts';
import type { Snapshots } from './snapshots.ts';
import { splitByTime } from './split-by-time.ts';
import type { SnapshotInput, TestBatch } from './steps.ts';
import { exampleLine, MAIN_HEAD, toExample } from './training-example.ts';
import type { TrainingExample } from './training-example.ts';

/** Below this, 15 % are six tickets to judge by: no test could tell a model from chance. */
export const MIN_LABELLED_TICKETS = 40;
/** Batches travel through the state machine's state (256 KiB) and are evaluated a few at a time. */
export const MAX_TEST_BATCHES = 40;
const BATCH_SIZE = 50;
/** A batch is scored within one function's time: some seconds at 5 ms a ticket and model. Beyond it, the newest tickets judge. */
const MAX_BATCH_SIZE = 250;

export interface Snapshot {
  readonly prefix: string;
  /** What training reads: `train.jsonl` and `validation.jsonl` lie here, the test tickets do not. */
  readonly trainPrefix: string;
  readonly counts: { readonly train: number; readonly validation: number; readonly test: number };
  readonly dataHash: string;
  /** Event times of the oldest and the newest example. */
  readonly from: string;
  readonly to: string;
  readonly testBatches: readonly TestBatch[];
  /** Lines of the log that were passed over because they are not as the contract says; `examples` names the first of them. */
  readonly malformed: { readonly lines: number; readonly examples: readonly string[] };
}

export interface SnapshotDeps {
  readonly eventLog: EventLogReader;
  readonly snapshots: Snapshots;
  /** How many days of arrival are learned from. */
  readonly windowDays: number;
  readonly labels: LabelMap;
}

/**
 * Gathers what was learned of tickets and files it as the data of a training run. The same log gives the same files.
 * @throws NotEnoughToLearnError with the reason in a sentence
 */
export const takeSnapshot =
  ({ eventLog, snapshots, windowDays, labels }: SnapshotDeps) =>
  async ({ version, startedAt }: SnapshotInput): Promise<Snapshot> => {
    const gathered = await gather(eventLog, startedAt, windowDays);
    const { malformed } = gathered;
    const examples = inLabelsOfToday(gathered.examples, labels);
    const split = splitByTime(examples);
    refuseTooLittle(examples, split.train);
    const prefix = `snapshots/v${version}/`;
    const { dataHash } = await snapshots.write(prefix, [
      { name: 'training/train.jsonl', lines: split.train.map(exampleLine) },
      { name: 'training/validation.jsonl', lines: split.validation.map(exampleLine) },
      { name: 'test.jsonl', lines: split.test.map(exampleLine) },
    ]);
    const times = examples.map(({ time }) => time).toSorted();
    return {
      prefix,
      trainPrefix: `${prefix}training/`,
      counts: { train: split.train.length, validation: split.validation.length, test: split.test.length },
      dataHash,
      from: times[0] ?? startedAt,
      to: times.at(-1) ?? startedAt,
      testBatches: testBatches(`${prefix}test.jsonl`, split.test.length),
      malformed,
    };
  };

const NAMED_EXAMPLES = 5;

async function gather(
  eventLog: EventLogReader,
  startedAt: string,
  windowDays: number,
): Promise<{ readonly examples: readonly TrainingExample[]; readonly malformed: Snapshot['malformed'] }> {
  const latest = new Map<string, { readonly example: TrainingExample; readonly recordedAt: string }>();
  const complaints: string[] = [];
  let lines = 0;
  const complain = (where: string, reason: string): void => {
    lines += 1;
    if (complaints.length < NAMED_EXAMPLES) complaints.push(`${where}: ${reason}`);
  };
  const today = dayOf(startedAt);
  // A day more: the writer's clock may be ahead of ours around midnight.
  for await (const entry of eventLog.oldestFirst({ from: addDays(today, -windowDays), to: addDays(today, 1) })) {
    if (entry.kind === 'malformed') {
      complain(entry.where, entry.reason);
      continue;
    }
    if (entry.line.type !== 'ticket.learned') continue;
    const lesson = toExample(entry.line.detail);
    if (lesson.kind === 'malformed') complain(`event ${entry.line.id}`, lesson.reason);
    if (lesson.kind !== 'example') continue;
    const { example, recordedAt } = lesson;
    const known = latest.get(example.ticketId);
    if (known === undefined || isLater(example, recordedAt, known)) latest.set(example.ticketId, { example, recordedAt });
  }
  return { examples: Array.from(latest.values(), ({ example }) => example), malformed: { lines, examples: complaints } };
}

/** As late counts as later: it came later. */
const isLater = (
  { time }: TrainingExample,
  recordedAt: string,
  known: { readonly example: TrainingExample; readonly recordedAt: string },
): boolean => (time === known.example.time ? recordedAt >= known.recordedAt : time > known.example.time);

/** Former labels become those of today, spellings of one label become one, and tickets that are left without a label go. */
function inLabelsOfToday(examples: readonly TrainingExample[], map: LabelMap): readonly TrainingExample[] {
  const counts = new Map<string, Map<string, number>>();
  const mapped = examples.flatMap((example): TrainingExample[] => {
    const labels = map.historic(example.labels, example.time);
    if (Object.keys(labels).length === 0) return [];
    for (const [head, label] of Object.entries(labels)) {
      const ofHead = counts.get(head) ?? new Map<string, number>();
      counts.set(head, ofHead.set(label, (ofHead.get(label) ?? 0) + 1));
    }
    return [{ ...example, labels: { ...labels } }];
  });
  const nameOf = new Map(Array.from(counts, ([head, ofHead]) => [head, joinSpellings(ofHead, map.named(head)).nameOf]));
  return mapped.map((example) => ({
    ...example,
    labels: Object.fromEntries(
      Object.entries(example.labels).map(([head, label]) => [head, tidyLabel(nameOf.get(head)?.get(label) ?? label)]),
    ),
  }));
}

function refuseTooLittle(examples: readonly TrainingExample[], train: readonly TrainingExample[]): void {
  const labelled = examples.filter(({ labels }) => labels[MAIN_HEAD] !== undefined).length;
  if (labelled < MIN_LABELLED_TICKETS) {
    throw new NotEnoughToLearnError(
      `Only ${labelled} tickets with a team were found in the event log; at least ${MIN_LABELLED_TICKETS} are needed.`,
    );
  }
  const teams = new Set(train.flatMap(({ labels }) => labels[MAIN_HEAD] ?? []));
  if (teams.size < 2) {
    throw new NotEnoughToLearnError('All tickets to learn from went to one team; at least two teams are needed.');
  }
}

/** Ranges over the test tickets, which are ordered by time: at most 40, and of the newest tickets where they are too many. */
export function testBatches(key: string, count: number): readonly TestBatch[] {
  const size = Math.min(MAX_BATCH_SIZE, Math.max(BATCH_SIZE, Math.ceil(count / MAX_TEST_BATCHES)));
  const first = Math.max(0, count - size * MAX_TEST_BATCHES);
  const batches: TestBatch[] = [];
  for (let from = first; from < count; from += size) batches.push({ key, from, to: Math.min(from + size, count) });
  return batches;
}
