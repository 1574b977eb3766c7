// How well languages are told from texts, what judging by words alone does for those that the encoder does not know, and into which
// topics such tickets come.
// Run: npm run -s bench:languages [-- --record] [--data ../shared/data]
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openEncoder } from '../model/encoder/open-encoder.ts';
import { useLiteFolder } from '../model/encoder/write-use-lite.ts';
import { accuracyOf } from '../model/evaluate/accuracy.ts';
import { expectedCalibrationError } from '../model/evaluate/calibration.ts';
import { outcomesOf } from '../model/evaluate/outcome.ts';
import { encodingsInMemory } from '../model/encodings/encoding-store.ts';
import type { TrainingExample } from '../model/examples.ts';
import { detectLanguage } from '../model/language/detect-language.ts';
import { knowsLanguage } from '../model/language/knows-language.ts';
import { samplePositions } from '../model/random.ts';
import { findDuplicates } from '../model/readiness/near-duplicates.ts';
import { judge, openRouting, readTexts } from '../model/routing-model.ts';
import type { ReadTexts, RoutingHead } from '../model/routing-model.ts';
import { trainRouting } from '../model/routing-training.ts';
import { teamToday } from '../samples/company/teams.ts';
import type { CompanyTicket } from '../samples/generate/company.ts';
import { sampleCompany } from '../samples/sample-company.ts';
import { provenanceOf } from './provenance.ts';
import { readCsv } from './quality/labelled-text.ts';
import { measureTopicsByLanguage } from './quality/topics-by-language.ts';

const SEED = 1;
/** Of the English tickets, so that a training takes half a minute: trained on, and validated with. */
const ENGLISH = { training: 1_900, validation: 700 };
/** Tickets that topics are made of: as many in other languages as there are in a month, and English ones. */
const CLUSTERED = { foreign: 200, english: 2_400 };
const ENGLISH_SETS = ['banking77/train.csv.gz', 'clinc150/train.csv.gz', 'clinc150/val.csv.gz'];

const { values: flags } = parseArgs({
  options: {
    record: { type: 'boolean', default: false },
    data: { type: 'string', default: join(resolve(import.meta.dirname, '..'), '..', 'shared', 'data') },
  },
});

const round = (value: number): number => Number(value.toFixed(3));
const textOf = ({ ticket: { subject, body } }: CompanyTicket): string => `${subject}\n${body}`;

/** Tickets of each language by what they are taken for, and how long a look takes. */
const measureDetection = (company: readonly CompanyTicket[]) => {
  const told = company.flatMap((one) => (one.language === undefined ? [] : [{ language: one.language, text: textOf(one) }]));
  const startedAt = performance.now();
  const detected = told.map(({ text }) => detectLanguage(text));
  const microsecondsPerTicket = ((performance.now() - startedAt) * 1_000) / told.length;
  const languages = [...new Set(told.map(({ language }) => language))].sort();
  return {
    microsecondsPerTicket: round(microsecondsPerTicket),
    sampleCompany: Object.fromEntries(
      languages.map((language) => {
        const own = detected.filter((_, at) => told[at]!.language === language);
        const right = own.filter((each) => each === language).length;
        const taken = detected.filter((each) => each === language).length;
        const undecided = own.filter((each) => each === undefined).length;
        return [language, { tickets: own.length, recall: round(right / own.length), precision: round(right / taken), undecided }];
      }),
    ),
    englishTakenForAnother: Object.fromEntries(
      ENGLISH_SETS.map((file) => {
        const texts = readCsv(join(flags.data, file)).map((row) => row['text']!);
        return [
          file,
          { texts: texts.length, taken: texts.filter((text) => !knowsLanguage(['en'], detectLanguage(text))).length },
        ];
      }),
    ),
  };
};

/** What a head says of tickets. */
const measureHead = async (head: RoutingHead, read: ReadTexts, judged: readonly TrainingExample[]) => {
  const { labels, threshold, familiarityFloor } = head.manifest;
  const { probabilities, familiarity } = await judge(head, read);
  const outcomes = outcomesOf(
    probabilities,
    labels.length,
    judged.map((each) => {
      const label = labels.indexOf(each.labels['team']!);
      return label === -1 ? labels.length : label;
    }),
  );
  const known = outcomes.filter((_, row) => familiarity[row]! >= familiarityFloor);
  const automated = known.filter(({ probability }) => probability >= threshold);
  return {
    tickets: judged.length,
    accuracy: round(accuracyOf(outcomes)),
    ece: round(expectedCalibrationError(outcomes)),
    known: round(known.length / outcomes.length),
    automated: round(automated.length / outcomes.length),
    accuracyOfAutomated: round(automated.length === 0 ? 0 : accuracyOf(automated)),
  };
};

const company = sampleCompany();
const encoder = await openEncoder(useLiteFolder());
const exampleOf = (one: CompanyTicket): TrainingExample => ({
  ticketId: one.ticket.id,
  time: one.ticket.time,
  text: textOf(one),
  labels: { team: teamToday(one.ticket.labels.team) },
});
const isForeign = ({ text }: TrainingExample): boolean => !knowsLanguage(encoder.manifest.languages, detectLanguage(text));
const examples = company.map(exampleOf);
const foreign = examples.filter(isForeign);
const english = examples.filter((example) => !isForeign(example));
const chosen = Array.from(
  samplePositions(english.length, ENGLISH.training + ENGLISH.validation, SEED),
  (position) => english[position]!,
);
const isValidation = (at: number): boolean => at % chosen.length >= ENGLISH.training;
/** Half of the tickets in other languages; nearly the same ones stay together. */
const { near } = findDuplicates(
  foreign.map(({ text }) => text),
  SEED,
);

const encodings = encodingsInMemory();

const measureFallback = async (learned: readonly TrainingExample[], judged: readonly TrainingExample[]) => {
  const order = samplePositions(chosen.length, chosen.length, SEED);
  const validation = chosen.filter((_, at) => isValidation(order[at]!));
  const training = [...chosen.filter((_, at) => !isValidation(order[at]!)), ...learned];
  const artifact = await trainRouting({ version: '1', seed: SEED, examples: training, validation, encodings }, encoder);
  const model = await openRouting(artifact, encoder);
  const [head] = model.heads;
  const withoutFallback = { ...head!, manifest: { ...head!.manifest, words: undefined } };
  const read = (examples: readonly TrainingExample[]): Promise<ReadTexts> =>
    readTexts(
      model,
      examples.map(({ text }) => text),
    );
  const readJudged = await read(judged);
  return {
    words: await measureHead(head!, readJudged, judged),
    wholeStack: await measureHead(withoutFallback, readJudged, judged),
    english: await measureHead(head!, await read(validation), validation),
  };
};

const say = (line: string): void => void process.stderr.write(`${line}\n`);
say('telling languages …');
const detection = measureDetection(company);
say('a language that the history has …');
const ofHistory = await measureFallback(
  foreign.filter((_, at) => near[at]! % 2 === 1),
  foreign.filter((_, at) => near[at]! % 2 === 0),
);
say('a language that the history lacks …');
const newToHistory = await measureFallback([], foreign);
say('topics …');
const foreignIds = new Set(foreign.map(({ ticketId }) => ticketId));
const ofTopics = company.map((one) => ({ text: textOf(one), topic: one.topic, foreign: foreignIds.has(one.ticket.id) }));
const topics = await measureTopicsByLanguage(
  [true, false].flatMap((isForeign) => {
    const own = ofTopics.filter((ticket) => ticket.foreign === isForeign);
    const positions = samplePositions(own.length, isForeign ? CLUSTERED.foreign : CLUSTERED.english, SEED);
    return Array.from(positions, (position) => own[position]!);
  }),
  encoder,
  SEED,
);
await encoder.release();

const result = {
  ...provenanceOf(
    'the sample company, 16 weeks; Banking77 train, CLINC150 train and val',
    Buffer.concat([Buffer.from(JSON.stringify(company)), ...ENGLISH_SETS.map((file) => readFileSync(join(flags.data, file)))]),
    `head team, ${ENGLISH.training} English tickets trained on and ${ENGLISH.validation} validated with, by seed; of the ${foreign.length} in other languages half trained on and half judged, or none and all; topics of ${CLUSTERED.english} and ${CLUSTERED.foreign}, by seed; no test split is read`,
    SEED,
  ),
  detection,
  fallback: { ofHistory, newToHistory },
  topics,
};
const printed = `${JSON.stringify(result, null, 2)}\n`;
if (flags.record) writeFileSync(join(import.meta.dirname, 'results', 'languages.json'), printed);
process.stdout.write(printed);
