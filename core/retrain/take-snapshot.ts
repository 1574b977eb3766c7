import { announceEncoding } from './announce-encoding.ts';
import type { AnnouncedEncoding, EncodedHistory, TrainingEncoder } from './announce-encoding.ts';
import { addDays, dayOf } from '../days.ts';
import type { EventLogScan } from '../archive/event-log.ts';
import { joinSpellings, tidyLabel } from '../labels/join-spellings.ts';
import type { LabelMap } from '../labels/label-map.ts';
import { LogChangedError, NotEnoughToLearnError } from './errors.ts';
import { leftOutSentence } from './left-out.ts';
import { newestLessons } from './newest-lessons.ts';
import type { ChosenLessons, MostLessons, RememberedLesson } from './newest-lessons.ts';
import type { LineShelf, Snapshots } from './snapshots.ts';
import { splitByTime } from './split-by-time.ts';
import type { SnapshotInput, TestBatch } from './steps.ts';
import { exampleLine, MAIN_HEAD, toExample } from './training-example.ts';

/** Below this, 15 % are six tickets to judge by: no test could tell a model from chance. */
export const MIN_LABELLED_TICKETS = 40;
/**
 * The newest this many tickets are learned from, 98,000 of them trained on. A training holds what it learns from in memory (100,000
 * tickets take 280 MB in states alone, decision 013), and parts of it learn from 20,000 whatever it is given
 * (MOST_FITTED_TEXTS of model/space, MOST_STATES of model/head-training.ts).
 */
export const MOST_TICKETS = 140_000;
/** 2,800 characters a ticket, where there are so many: they lie on the function's disk in between, at most 3 bytes each. */
export const MOST_CHARACTERS = 400_000_000;
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
  readonly leftOut: LeftOut;
  /** What the training that follows has to encode. */
  readonly encoding: AnnouncedEncoding;
}

/** What the log holds and nothing is learned from. */
export interface LeftOut {
  /** About so many lessons: about tickets that are older than the newest MOST_TICKETS, or than those whose texts have MOST_CHARACTERS. */
  readonly older: number;
  /** Tickets whose labels are all retired without a successor, or could be another today. */
  readonly withoutLabel: number;
  /** Lessons without a label, or without a word. */
  readonly empty: number;
  /** The same in a sentence; empty where nothing was left out. */
  readonly reason: string;
}

export interface SnapshotDeps {
  readonly eventLog: EventLogScan;
  readonly snapshots: Snapshots;
  readonly openShelf: () => LineShelf;
  /** How many days of arrival are learned from. */
  readonly windowDays: number;
  readonly labels: LabelMap;
  readonly encoder: TrainingEncoder;
  /** Of the last training with whatever encoder; undefined before there is one. */
  readonly encodedHistory: () => Promise<EncodedHistory | undefined>;
  /** @default MOST_TICKETS and MOST_CHARACTERS */
  readonly most?: MostLessons;
}

/**
 * Gathers what was learned of tickets and files it as the data of a training run, in memory for a bounded number of tickets without
 * their texts: the log is gone through once to choose, and once more for the texts of what was chosen. The same log gives the same
 * files.
 * @throws NotEnoughToLearnError with the reason in a sentence; LogChangedError where the log was rewritten meanwhile
 */
export const takeSnapshot =
  ({ eventLog, snapshots, openShelf, windowDays, labels, encoder, encodedHistory, most = MOST }: SnapshotDeps) =>
  async ({ version, startedAt }: SnapshotInput): Promise<Snapshot> => {
    const { chosen, malformed, empty } = await choose(eventLog, startedAt, windowDays, labels, most);
    const lessons = chosen.lessons.filter(isLabelled);
    const split = splitByTime(lessons);
    refuseTooLittle(lessons, split.train);
    const prefix = `snapshots/v${version}/`;
    const shelf = openShelf();
    try {
      const lineOf = await shelve(eventLog, lessons, labels, shelf);
      const file = (name: string, part: readonly LabelledLesson[]) => ({ name, lines: linesOf(part, lineOf) });
      const { dataHash } = await snapshots.write(prefix, [
        file('training/train.jsonl', split.train),
        file('training/validation.jsonl', split.validation),
        file('test.jsonl', split.test),
      ]);
      const left = { older: chosen.older, withoutLabel: chosen.lessons.length - lessons.length, empty };
      return {
        prefix,
        trainPrefix: `${prefix}training/`,
        counts: { train: split.train.length, validation: split.validation.length, test: split.test.length },
        dataHash,
        from: lessons[0]?.time ?? startedAt,
        to: lessons.at(-1)?.time ?? startedAt,
        testBatches: testBatches(`${prefix}test.jsonl`, split.test.length),
        malformed,
        leftOut: { ...left, reason: leftOutSentence(left, lessons.length) },
        encoding: announceEncoding(
          encoder,
          [...split.train, ...split.validation].map(({ time }) => time),
          await encodedHistory(),
        ),
      };
    } finally {
      shelf.clear();
    }
  };

const MOST: MostLessons = { tickets: MOST_TICKETS, characters: MOST_CHARACTERS };
const NAMED_EXAMPLES = 5;

type LabelledLesson = RememberedLesson & { readonly labels: Readonly<Record<string, string>> };

const isLabelled = (lesson: RememberedLesson): lesson is LabelledLesson => lesson.labels !== undefined;

interface Choice {
  readonly chosen: ChosenLessons;
  readonly malformed: Snapshot['malformed'];
  readonly empty: number;
}

const choose = async (
  eventLog: EventLogScan,
  startedAt: string,
  windowDays: number,
  labels: LabelMap,
  most: MostLessons,
): Promise<Choice> => {
  const newest = newestLessons(most, labels);
  const complaints: string[] = [];
  let lines = 0;
  let empty = 0;
  const complain = (where: string, reason: string): void => {
    lines += 1;
    if (complaints.length < NAMED_EXAMPLES) complaints.push(`${where}: ${reason}`);
  };
  const today = dayOf(startedAt);
  // A day more: the writer's clock may be ahead of ours around midnight.
  for await (const entry of eventLog.arrivals({ from: addDays(today, -windowDays), to: addDays(today, 1) })) {
    if (entry.kind === 'malformed') {
      complain(entry.where, entry.reason);
      continue;
    }
    if (entry.line.type !== 'ticket.learned') continue;
    const lesson = toExample(entry.line.detail);
    if (lesson.kind === 'malformed') complain(`event ${entry.line.id}`, lesson.reason);
    else if (lesson.kind === 'empty') empty += 1;
    else newest.add(lesson, entry.place);
  }
  return { chosen: newest.choose(), malformed: { lines, examples: complaints }, empty };
};

/**
 * Reads the chosen lessons again, with their texts, and puts the lines that stand for them on the shelf. Spellings of one label become
 * one.
 */
const shelve = async (
  eventLog: EventLogScan,
  lessons: readonly LabelledLesson[],
  labels: LabelMap,
  shelf: LineShelf,
): Promise<(lesson: LabelledLesson) => string> => {
  const nameOf = joinedNames(lessons, labels);
  const objects = Map.groupBy(lessons, ({ place }) => place.object);
  const numbers = Array.from(objects.keys())
    .toSorted()
    .map((key) => [key, new Set(objects.get(key)?.map(({ place }) => place.number))] as const);
  const wanted = new Map(lessons.map((lesson) => [placeName(lesson.place), lesson]));
  const places = new Map<LabelledLesson, number>();
  for await (const entry of eventLog.again(numbers)) {
    const lesson = wanted.get(placeName(entry.place));
    const read = entry.kind === 'event' ? toExample(entry.line.detail) : undefined;
    if (lesson === undefined || read?.kind !== 'example' || read.example.ticketId !== lesson.ticketId) continue;
    const named = Object.entries(lesson.labels).map(([head, label]) => [head, nameOf(head, label)]);
    places.set(lesson, shelf.add(exampleLine({ ...read.example, labels: Object.fromEntries(named) })));
  }
  if (places.size < lessons.length) throw new LogChangedError(lessons.length - places.size);
  return (lesson) => shelf.at(places.get(lesson)!);
};

const placeName = ({ object, number }: RememberedLesson['place']): string => `${object}:${number}`;

function* linesOf(lessons: readonly LabelledLesson[], lineOf: (lesson: LabelledLesson) => string): Generator<string> {
  for (const lesson of lessons) yield lineOf(lesson);
}

const joinedNames = (lessons: readonly LabelledLesson[], map: LabelMap): ((head: string, label: string) => string) => {
  const counts = new Map<string, Map<string, number>>();
  for (const { labels } of lessons)
    for (const [head, label] of Object.entries(labels)) {
      const ofHead = counts.get(head) ?? new Map<string, number>();
      counts.set(head, ofHead.set(label, (ofHead.get(label) ?? 0) + 1));
    }
  const names = new Map(Array.from(counts, ([head, ofHead]) => [head, joinSpellings(ofHead, map.named(head)).nameOf]));
  return (head, label) => tidyLabel(names.get(head)?.get(label) ?? label);
};

const refuseTooLittle = (lessons: readonly LabelledLesson[], train: readonly LabelledLesson[]): void => {
  const labelled = lessons.filter(({ labels }) => labels[MAIN_HEAD] !== undefined).length;
  if (labelled < MIN_LABELLED_TICKETS) {
    throw new NotEnoughToLearnError(
      `Only ${labelled} tickets with a team were found in the event log; at least ${MIN_LABELLED_TICKETS} are needed.`,
    );
  }
  const teams = new Set(train.flatMap(({ labels }) => labels[MAIN_HEAD] ?? []));
  if (teams.size < 2) {
    throw new NotEnoughToLearnError('All tickets to learn from went to one team; at least two teams are needed.');
  }
};

/** Ranges over the test tickets, which are ordered by time: at most 40, and of the newest tickets where they are too many. */
export function testBatches(key: string, count: number): readonly TestBatch[] {
  const size = Math.min(MAX_BATCH_SIZE, Math.max(BATCH_SIZE, Math.ceil(count / MAX_TEST_BATCHES)));
  const first = Math.max(0, count - size * MAX_TEST_BATCHES);
  const batches: TestBatch[] = [];
  for (let from = first; from < count; from += size) batches.push({ key, from, to: Math.min(from + size, count) });
  return batches;
}
