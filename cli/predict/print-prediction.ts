import { percent } from '../print-table.ts';
import { shortened } from '../table/note.ts';
import type { PredictedHead, TicketPrediction } from './prediction.ts';

/** Labels beside the first that are worth a word. */
const MOST_ALTERNATIVES = 3;
const LEAST_ALTERNATIVE = 0.01;

/** What a person should know of the prediction for a text. */
export const predictionText = (text: string, prediction: TicketPrediction): string => {
  const lines = [`"${shortened(text)}"`];
  if ('error' in prediction) return [...lines, `  ${prediction.error.message}`].join('\n');
  for (const [name, head] of Object.entries(prediction.heads)) {
    lines.push(`  ${name}: ${head.label}, ${sureness(head)}`);
    const others = head.alternatives.filter(({ probability }) => probability >= LEAST_ALTERNATIVE).slice(0, MOST_ALTERNATIVES);
    if (others.length > 0)
      lines.push(`    or ${others.map(({ label, probability }) => `${label} (${percent(probability, 0)})`).join(', ')}`);
    const words = (sign: 1 | -1): string =>
      head.why
        .filter(({ contribution }) => contribution * sign > 0)
        .map(({ feature }) => `"${feature}"`)
        .join(', ');
    if (words(1) !== '') lines.push(`    for it speak ${words(1)}`);
    if (words(-1) !== '') lines.push(`    against it ${words(-1)}`);
  }
  return lines.join('\n');
};

/** A line for a row of a file. */
export const rowText = (prediction: TicketPrediction): string =>
  'error' in prediction
    ? `row ${prediction.row}: ${prediction.error.message}`
    : `row ${prediction.row}: ${Object.entries(prediction.heads)
        .map(([name, head]) => `${name} ${head.label}, ${briefly(head)}`)
        .join(' · ')}`;

const sureness = ({ probability, threshold, sure, outOfScope }: PredictedHead): string => {
  if (outOfScope) return `${percent(probability, 0)} sure, but unlike anything that the model has seen: a person should decide`;
  return sure
    ? `${percent(probability, 0)} sure: would go by itself`
    : `${percent(probability, 0)} sure, and ${percent(threshold, 0)} are asked: a person should decide`;
};

const briefly = ({ probability, sure, outOfScope }: PredictedHead): string =>
  `${percent(probability, 0)} sure${outOfScope ? ' (unlike anything seen)' : sure ? '' : ' (for a person)'}`;
