import type { Decision, HeadDecision } from '../../core/contracts/bus-event.ts';
import { oneLine, time } from '../local/print.ts';
import { percent } from '../print-table.ts';
import { sentence } from '../sentence.ts';
import type { ShownTicket, Standing, TimelineEntry } from './timeline.ts';

/** Longest part of a body that is shown; --json has all of it. */
const BODY_SHOWN = 300;
const ALTERNATIVES_SHOWN = 3;
const LEAST_ALTERNATIVE = 0.01;
const INDENT = ' '.repeat('2026-11-22 10:15:00  '.length);

/** A ticket as a person reads it: where it stands, then everything in order. */
export const ticketText = ({ ticketId, standing, timeline, topic }: ShownTicket): string =>
  [
    `${ticketId} ${standingText(standing)}`,
    '',
    ...timeline.flatMap((entry) => {
      const [first = '', ...more] = entryLines(entry);
      return [`${time(entry.at)}  ${first}`, ...more.map((line) => `${INDENT}${line}`)];
    }),
    '',
    `topic: ${topicText(topic)}`,
  ].join('\n');

const standingText = ({ team, by }: Standing): string => {
  if (by === null) return 'is with people';
  return by === 'people' ? `is with ${team}, where people sent it` : `is with ${team}, where the model sent it`;
};

const entryLines = (entry: TimelineEntry): readonly string[] => {
  switch (entry.kind) {
    case 'event':
      return [
        `event ${entry.id} of ${entry.source}: version ${entry.version}${entry.channel === undefined ? '' : ` by ${entry.channel}`}`,
        ...[entry.subject, entry.body].filter((text) => text !== '').map((text) => oneLine(text, BODY_SHOWN)),
        ...(entry.ref === undefined ? [] : [`the whole text lies on S3 under ${entry.ref}`]),
      ];
    case 'decision':
      return decisionLines(entry.decision);
    case 'outcome':
      return [
        `${entry.lesson}${entry.by === undefined ? '' : ` by ${entry.by}`} (event ${entry.id} of ${entry.source})`,
        ...outcomeFacts(entry),
      ];
  }
};

const decisionLines = (decision: Decision): readonly string[] => {
  const { outcome, heads, features, similar, model, policyRevision, pointerRevision } = decision;
  const what = outcome.kind === 'routed' ? `routed to ${outcome.team}` : `left to people (${outcome.reason})`;
  const versions = [
    model ? `model ${model.name} version ${model.version}` : 'no model',
    `policy ${policyRevision}`,
    `pointer ${pointerRevision}`,
    `${decision.decidedAtMs - decision.queuedAtMs} ms after it came`,
  ];
  return [
    `${decision.attempt === 'rescored' ? 'second look' : 'decision'}: ${what}`,
    sentence(decision.because),
    ...Object.entries(heads).map(headText),
    ...(features.length === 0
      ? []
      : [`words: ${features.map(({ feature, contribution }) => `"${feature}" ${signed(contribution)}`).join(', ')}`]),
    ...(similar.length === 0
      ? []
      : [
          `most like: ${similar.map((one) => `${one.ticketId} (${one.similarity.toFixed(2)}, ${Object.values(one.labels).join(', ')})`).join('; ')}`,
        ]),
    versions.join(', '),
  ];
};

const headText = ([name, { label, probability, threshold, accepted, alternatives }]: [string, HeadDecision]): string => {
  const others = alternatives
    .filter((one) => one.probability >= LEAST_ALTERNATIVE)
    .slice(0, ALTERNATIVES_SHOWN)
    .map((one) => `${one.label} ${percent(one.probability, 0)}`);
  const asked = accepted ? '' : ` (${percent(threshold, 0)} asked)`;
  return `${name}: ${label} ${percent(probability, 0)}${asked}${others.length === 0 ? '' : `, or ${others.join(', ')}`}`;
};

const outcomeFacts = (entry: Extract<TimelineEntry, { kind: 'outcome' }>): readonly string[] => {
  const facts = [
    ...Object.entries(entry.labels).map(([head, label]) => `${head}: ${label}`),
    ...(entry.rating === undefined ? [] : [`rating: ${entry.rating} of 5`]),
    ...(entry.handleTimeSeconds === undefined ? [] : [`worked on for ${entry.handleTimeSeconds} s`]),
    ...(entry.reopened ? ['reopened'] : []),
  ];
  return facts.length === 0 ? [] : [facts.join(', ')];
};

const topicText = (assigned: ShownTicket['topic']): string => {
  if (!assigned) return 'not looked at yet';
  const { topic, mapVersion } = assigned;
  const map = `by map version ${mapVersion}`;
  return topic ? `${topic.label} (similarity ${topic.similarity.toFixed(2)}, ${map})` : `none explains it (${map})`;
};

const signed = (value: number): string => `${value < 0 ? '–' : '+'}${Math.abs(value).toFixed(2)}`;
