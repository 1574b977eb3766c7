import type { AbstainReason, Decision, HeadDecision } from '../contracts/bus-event.ts';
import type { FailedPrediction, HeadPrediction, RoutingPrediction, ServedModel } from '../contracts/scoring.ts';
import { hasWords } from '../event/ticket.ts';
import type { Ticket } from '../event/ticket.ts';
import { currentHead, currentSimilar } from '../labels/current-prediction.ts';
import { foreignText } from '../language/foreign-text.ts';
import { pauseText } from '../pause/pauses.ts';
import type { Pause } from '../pause/pauses.ts';
import type { RoutingPolicy } from './policy.ts';

/** Past tickets that a decision keeps: a decision is stored and published as a whole, so it stays small. */
const MOST_SIMILAR = 3;

/** What the model had to say about one ticket, or why it said nothing. */
export type Scoring =
  | { readonly kind: 'scored'; readonly model: ServedModel; readonly prediction: RoutingPrediction }
  | { readonly kind: 'failed'; readonly model: ServedModel; readonly failure: FailedPrediction }
  | { readonly kind: 'no-model' }
  | { readonly kind: 'no-text' }
  | { readonly kind: 'degraded'; readonly why: string };

/** Circumstances of a decision that neither the ticket nor the model knows. */
export interface Circumstances {
  readonly attempt: Decision['attempt'];
  readonly pointerRevision: number;
  /** Probability with which this model version was chosen for this ticket, 0 < p ≤ 1. */
  readonly propensity: number;
  /** Set while people have paused automation. */
  readonly pause: Pause | undefined;
  readonly queuedAtMs: number;
  readonly decidedAtMs: number;
}

/**
 * Decides where a ticket goes: to the team that the model names where it is sure enough, else to people. While automation is paused
 * people decide about all that the model scored; what it says is kept for them. What kept a model from scoring stays the reason: it
 * tells of the ticket or the endpoint, and decides whether the ticket is looked at again.
 * Pure: the same arguments always give the same decision.
 */
export const decide = (ticket: Ticket, scoring: Scoring, policy: RoutingPolicy, circumstances: Circumstances): Decision => {
  const decision = decideByPolicy(ticket, scoring, policy, circumstances);
  const foreign = scoring.kind === 'scored' ? foreignText(scoring.prediction) : undefined;
  return foreign === undefined ? decision : { ...decision, because: `${decision.because} The ticket is ${foreign}.` };
};

const decideByPolicy = (ticket: Ticket, scoring: Scoring, policy: RoutingPolicy, circumstances: Circumstances): Decision => {
  const frame = {
    id: decisionId(ticket, circumstances.attempt),
    ticketId: ticket.ticketId,
    ticketVersion: ticket.version,
    orderKey: ticket.orderKey,
    attempt: circumstances.attempt,
    propensity: circumstances.propensity,
    policyRevision: policy.revision,
    pointerRevision: circumstances.pointerRevision,
    queuedAtMs: circumstances.queuedAtMs,
    decidedAtMs: circumstances.decidedAtMs,
  };
  if (scoring.kind !== 'scored') {
    const { reason, because } = withoutScore(scoring);
    const model = scoring.kind === 'failed' ? scoring.model : null;
    const outcome = { kind: 'abstained', reason } as const;
    return { ...frame, outcome, because, heads: {}, features: [], similar: [], rules: [reason], model };
  }
  const { prediction, model } = scoring;
  const today = new Map(Object.entries(prediction.heads).map(([head, said]) => [head, currentHead(policy.labels, head, said)]));
  const heads = Object.fromEntries(
    Array.from(today).flatMap(([head, one]): [string, HeadDecision][] =>
      one.kind === 'retired' ? [] : [[head, decideHead(head, one.said, policy)]],
    ),
  );
  const features = prediction.explanation[policy.mainHead] ?? [];
  const mainToday = today.get(policy.mainHead);
  const similar = currentSimilar(policy.labels, prediction.similar.slice(0, MOST_SIMILAR));
  const { language, knownLanguage } = prediction;
  const writtenIn = { ...(language !== undefined && { language }), ...(knownLanguage !== undefined && { knownLanguage }) };
  const scored = { ...frame, heads, features, similar, ...writtenIn, model };
  if (circumstances.pause) {
    const because = `Automation is paused ${pauseText(circumstances.pause)}; a person decides.`;
    // People decide, whichever version was asked.
    return { ...scored, outcome: { kind: 'abstained', reason: 'paused' }, because, rules: ['paused'], propensity: 1 };
  }
  if (mainToday?.kind === 'retired') {
    const because = 'The model is surest of a label that is retired and has no successor; a person decides.';
    return { ...scored, outcome: { kind: 'abstained', reason: 'retired-label' }, because, rules: ['retired-label'] };
  }
  const main = mainToday?.said;
  const mainDecision = heads[policy.mainHead];
  const renamed = mainToday?.mapped === true ? ['label-of-today'] : [];
  if (!main || !mainDecision) {
    const because = `The model has no opinion on "${policy.mainHead}"; a person decides.`;
    return { ...scored, outcome: { kind: 'abstained', reason: 'not-scored' }, because, rules: ['main-head-missing'] };
  }
  if (!main.known) {
    const because = 'The ticket is unlike anything seen before; a person decides.';
    return {
      ...scored,
      outcome: { kind: 'abstained', reason: 'out-of-scope' },
      because,
      rules: [...renamed, 'known', 'out-of-scope'],
    };
  }
  if (!mainDecision.accepted) {
    const because = `Most likely ${main.label} (${percent(main.probability)}), below the ${percent(mainDecision.threshold)} that is asked for; a person decides.`;
    return {
      ...scored,
      outcome: { kind: 'abstained', reason: 'low-confidence' },
      because,
      rules: [...renamed, 'known', 'threshold'],
    };
  }
  const words = features.filter((feature) => feature.contribution > 0).map((feature) => `"${feature.feature}"`);
  const because = `${main.label} with ${percent(main.probability)}${words.length > 0 ? `, because of ${words.slice(0, 3).join(', ')}` : ''}.`;
  const outcome = { kind: 'routed', team: main.label, probability: main.probability } as const;
  return { ...scored, outcome, because, rules: [...renamed, 'known', 'threshold'] };
};

/** One decision a ticket version and attempt: the same on every retry. */
export const decisionId = (ticket: Pick<Ticket, 'ticketId' | 'orderKey'>, attempt: Decision['attempt']): string =>
  `${ticket.ticketId}#${ticket.orderKey}#${attempt}`;

/** True for a decision that is to be made again once the model answers. */
export const wasMadeWithoutModel = (decision: Decision): boolean =>
  decision.outcome.kind === 'abstained' && (decision.outcome.reason === 'no-model' || decision.outcome.reason === 'degraded');

/** A ticket without a single word is not worth a call. */
export const scoringBeforeModel = (ticket: Ticket): Scoring | undefined =>
  hasWords(ticket.text) ? undefined : { kind: 'no-text' };

const decideHead = (head: string, said: HeadPrediction, policy: RoutingPolicy): HeadDecision => {
  const threshold = policy.thresholds[head] ?? said.threshold ?? policy.defaultThreshold;
  return {
    label: said.label,
    probability: said.probability,
    threshold,
    accepted: said.known && said.probability >= threshold,
    alternatives: said.alternatives,
  };
};

const withoutScore = (
  scoring: Exclude<Scoring, { kind: 'scored' }>,
): { readonly reason: AbstainReason; readonly because: string } => {
  switch (scoring.kind) {
    case 'no-text':
      return { reason: 'no-text', because: 'The ticket has no words to judge by; a person decides.' };
    case 'no-model':
      return { reason: 'no-model', because: 'No model is live yet; a person decides, and the ticket is looked at again later.' };
    case 'degraded':
      return {
        reason: 'degraded',
        because: `The model did not answer (${scoring.why.replace(/\.$/, '')}); a person decides, and the ticket is looked at again later.`,
      };
    case 'failed':
      return {
        reason: 'not-scored',
        because: `The model could not score the ticket (${scoring.failure.error.message.replace(/\.$/, '')}); a person decides.`,
      };
  }
};

const percent = (probability: number): string => `${Math.round(probability * 100)} %`;
