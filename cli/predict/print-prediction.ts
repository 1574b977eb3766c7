import { foreignText } from '../../core/language/foreign-text.ts';
import { percent } from '../print-table.ts';
import { shortened } from '../table/note.ts';
import { isRowId, ticketName } from '../table/row-id.ts';
import type { PredictedHead, PredictedTicket, TicketPrediction } from './prediction.ts';

/** Labels beside the first that are worth a word. */
const MOST_ALTERNATIVES = 3;
const LEAST_ALTERNATIVE = 0.01;
/** Of the heaviest word's weight: below it a word says nothing to a person. */
const LEAST_REASON = 0.2;

/** What a person should know of the prediction for a text. */
export const predictionText = (text: string, prediction: TicketPrediction): string => {
  const heading = `"${shortened(text)}"`;
  if ('error' in prediction) return `${heading}\n  ${prediction.error.message}`;
  const heads = Object.entries(prediction.heads).flatMap(([name, head]) => [
    `  ${name}: ${head.label}, ${sureness(head)}`,
    ...alternativesText(head),
    ...reasonsText(head),
  ]);
  const foreign = foreignText(prediction);
  return [heading, ...(foreign === undefined ? [] : [`  ${foreign}`]), ...heads, ...similarText(prediction)].join('\n');
};

/** The same for a row of a file. */
export const rowText = (text: string, prediction: TicketPrediction): string =>
  `row ${prediction.row}: ${predictionText(text, prediction)}`;

const alternativesText = ({ alternatives }: PredictedHead): readonly string[] => {
  const worth = alternatives.filter(({ probability }) => probability >= LEAST_ALTERNATIVE).slice(0, MOST_ALTERNATIVES);
  return worth.length === 0
    ? []
    : [`    or ${worth.map(({ label, probability }) => `${label} (${percent(probability, 0)})`).join(', ')}`];
};

const reasonsText = (head: PredictedHead): readonly string[] => {
  const [speakFor, speakAgainst] = [reasons(head, 1), reasons(head, -1)];
  return [
    ...(speakFor.length === 0 ? [] : [`    for it ${speakFor.length === 1 ? 'speaks' : 'speak'} ${speakFor.join(', ')}`]),
    ...(speakAgainst.length === 0 ? [] : [`    against it ${speakAgainst.join(', ')}`]),
  ];
};

/** Words on one side that weigh something beside the heaviest; the text as a whole where no word does. */
const reasons = ({ why, remainder }: PredictedHead, sign: 1 | -1): readonly string[] => {
  const heaviest = Math.max(0, ...why.map(({ contribution }) => Math.abs(contribution)));
  return [
    ...why.filter(({ contribution }) => contribution * sign > LEAST_REASON * heaviest).map(({ feature }) => `"${feature}"`),
    ...(why.length === 0 && remainder * sign > 0 ? ['the text as a whole'] : []),
  ];
};

const similarText = ({ heads, similar }: PredictedTicket): readonly string[] => {
  if (similar.length === 0) return [];
  const names = Object.keys(heads);
  const tickets = similar.map(({ ticketId, labels }) => {
    const given = names.flatMap((name) => (Object.hasOwn(labels, name) ? [{ name, label: labels[name]! }] : []));
    return `${ticketName(ticketId)} (${given.map(({ name, label }) => (names.length === 1 ? label : `${name} ${label}`)).join(', ')})`;
  });
  const where = similar.some(({ ticketId }) => isRowId(ticketId)) ? ' of the training file' : '';
  return [`  most like: ${tickets.join(', ')}${where}`];
};

const sureness = ({ probability, threshold, sure, outOfScope }: PredictedHead): string => {
  if (outOfScope) return `${percent(probability, 0)} sure, but unlike anything that the model has seen: a person should decide`;
  return sure
    ? `${percent(probability, 0)} sure: would go by itself`
    : `${percent(probability, 0)} sure, and ${percent(threshold, 0)} are asked: a person should decide`;
};
