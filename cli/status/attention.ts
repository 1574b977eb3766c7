import { pauseText } from '../../core/pause/pauses.ts';
import { counted } from '../local/print.ts';
import type { StageStatus } from './stage-status.ts';

/** What somebody should look at, each as a sentence that says what to do; none where all is well. */
export const attentionOf = (status: StageStatus): readonly string[] => [
  ...models(status),
  ...pauses(status),
  ...retraining(status),
  ...messages(status),
];

const models = ({ champion }: StageStatus): readonly string[] => {
  if (!champion) return ['No model is live: people decide about every ticket. Import history, and start a retraining.'];
  const { version, endpoints } = champion;
  return (['routing', 'clustering'] as const).flatMap((kind) =>
    endpoints[kind] === 'InService'
      ? []
      : [`The ${kind} endpoint of the champion, version ${version}, is ${endpoints[kind]}: look at it in SageMaker.`],
  );
};

const pauses = ({ automationPause, retrainingPause }: StageStatus): readonly string[] => [
  ...(automationPause
    ? [`Automation is paused ${pauseText(automationPause)}. People decide about every ticket until \`resume automation\`.`]
    : []),
  ...(retrainingPause
    ? [`Retraining is paused ${pauseText(retrainingPause)}. Nothing is trained until \`resume retraining\`.`]
    : []),
];

/** How an execution ends that came to no verdict. */
const ENDED_BADLY: ReadonlySet<string> = new Set(['FAILED', 'TIMED_OUT', 'ABORTED']);

const retraining = ({ pointer, retraining: { running, last, locked } }: StageStatus): readonly string[] => [
  ...(last && ENDED_BADLY.has(last.status)
    ? [`The last retraining ended as ${last.status}: ${last.reason ?? 'no cause was given'}. What served before goes on serving.`]
    : []),
  ...(pointer.challenger && !running
    ? [
        `Version ${pointer.challenger.version} still decides ${Math.round(pointer.challenger.share * 100)} % of the tickets, and no retraining runs that would end its canary. The next one withdraws it.`,
      ]
    : []),
  ...(locked && !running
    ? ['No retraining runs, and one holds the lock: it was stopped. The next can begin once the lock expires.']
    : []),
];

const messages = ({ queues, deadLetters, quarantined }: StageStatus): readonly string[] => {
  const rescore = queues.find(({ queue }) => queue === 'rescore');
  const again = rescore ? rescore.waiting + rescore.inFlight + rescore.delayed : 0;
  return [
    ...(again > 0 ? [`${counted(again, 'ticket waits', 'tickets wait')} for a second look: the model had not answered.`] : []),
    ...deadLetters
      .filter(({ messages: count }) => count > 0)
      .map(
        ({ of, messages: count }) =>
          `${counted(count, 'dead letter')} of ${of}: mend the cause, then \`dead-letters redrive ${of}\`. They are deleted after 14 days.`,
      ),
    ...(quarantined > 0
      ? [`${counted(quarantined, 'message is', 'messages are')} in quarantine: \`quarantine list\` says why.`]
      : []),
  ];
};
