// What the sample company is like: how long it takes to make, how much of it repeats itself, and what a linear model over TF-IDF gets.
// Run: npm run -s bench:sample [-- --record]
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { normaliseText } from '../model/grams.ts';
import { mostLikely } from '../model/ranking.ts';
import { findDuplicates } from '../model/readiness/near-duplicates.ts';
import { trainLinearSvm } from '../model/linear-svm.ts';
import { fitTfidf } from '../model/tfidf.ts';
import { teamToday } from '../samples/company/teams.ts';
import { TOPICS } from '../samples/company/topics.ts';
import { END_MS, WEEK_MS } from '../samples/generate/calendar.ts';
import { WHOLE_COMPANY } from '../samples/generate/company.ts';
import type { CompanyTicket } from '../samples/generate/company.ts';
import { LIVE_FROM, sampleCompany } from '../samples/sample-company.ts';
import { provenanceOf } from './provenance.ts';

/** Newest weeks that the baseline is judged on; it learns from all before. */
const JUDGED_WEEKS = 3;

const { values: flags } = parseArgs({ options: { record: { type: 'boolean', default: false } } });

const startedAt = performance.now();
const company = sampleCompany();
const generationSeconds = (performance.now() - startedAt) / 1_000;

const textOf = ({ ticket: { subject, body } }: CompanyTicket): string => `${subject}\n${body}`;
const share = <T>(all: readonly T[], is: (one: T) => boolean): number => round(all.filter(is).length / all.length);
const round = (value: number): number => Math.round(value * 10_000) / 10_000;

const { same, near } = findDuplicates(company.map(textOf), 1);
const sizes = new Map<number, number>();
for (const group of near) sizes.set(group, (sizes.get(group) ?? 0) + 1);

const from = new Date(END_MS - JUDGED_WEEKS * WEEK_MS).toISOString();
const [learned, judged] = [
  company.filter(({ ticket }) => ticket.time < from),
  company.filter(({ ticket }) => ticket.time >= from),
];

/** Accuracy of one head; tickets without a label of it are left out. */
const baseline = (labelOf: (one: CompanyTicket) => string | undefined) => {
  const labelled = (one: CompanyTicket): boolean => labelOf(one) !== undefined;
  const [seen, unseen] = [learned.filter(labelled), judged.filter(labelled)];
  const labels = [...new Set(seen.map((one) => labelOf(one)!))].toSorted();
  const classOf = (one: CompanyTicket): number => labels.indexOf(labelOf(one)!);
  const tfidf = fitTfidf(seen.map((one) => normaliseText(textOf(one))));
  const rows = (part: readonly CompanyTicket[]) => tfidf.vectorize(part.map((one) => normaliseText(textOf(one))));
  const classes = Int32Array.from(seen, classOf);
  const model = trainLinearSvm({ rows: rows(seen), width: tfidf.width, classes, classCount: labels.length, seed: 1 });
  const scores = model.score(rows(unseen));
  const right = unseen.filter((one, at) => mostLikely(scores, at * labels.length, labels.length) === classOf(one)).length;
  const counts = labels.map((_, label) => classes.filter((one) => one === label).length);
  const frequent = labels[counts.indexOf(Math.max(...counts))];
  return {
    labels: labels.length,
    tickets: unseen.length,
    tfidfLinear: round(right / unseen.length),
    mostFrequentLabel: share(unseen, (one) => labelOf(one) === frequent),
  };
};

const usualTeam = new Map(TOPICS.map(({ id, teams }) => [id, teams[0]![0] as string]));
const result = {
  ...provenanceOf(
    'the sample company, 16 weeks',
    JSON.stringify(company),
    `learned before the last ${JUDGED_WEEKS} weeks, judged on these`,
    WHOLE_COMPANY.seed,
  ),
  tickets: company.length,
  liveTickets: company.filter(({ ticket }) => ticket.time >= LIVE_FROM).length,
  generationSeconds: round(generationSeconds),
  sameTexts: company.length - new Set(same).size,
  nearDuplicates: share([...near], (group) => sizes.get(group)! > 1),
  team: {
    ...baseline(({ ticket }) => teamToday(ticket.labels.team)),
    /** Who knows the topic and always names its usual team: what noise leaves to anybody. */
    topicKnown: share(judged, ({ topic, ticket }) => usualTeam.get(topic) === teamToday(ticket.labels.team)),
  },
  priority: baseline(({ ticket }) => ticket.labels.priority),
  workflow: baseline(({ ticket }) => ticket.labels.workflow),
};

const printed = `${JSON.stringify(result, null, 2)}\n`;
if (flags.record) await writeFile(join(import.meta.dirname, 'results', 'sample-company.json'), printed);
process.stdout.write(printed);
