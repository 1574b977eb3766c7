import type { LatestExecution } from '../../adapters/step-functions/latest-executions.ts';
import { pauseText } from '../../core/pause/pauses.ts';
import { columns, counted, facts, oneLine, time } from '../local/print.ts';
import { percent } from '../print-table.ts';
import { COUNTED } from './stage-status.ts';
import type { StageStatus } from './stage-status.ts';

const REASON_SHOWN = 200;

/** A stage as a person reads it. */
export const statusText = (status: StageStatus, attention: readonly string[]): string => {
  const { stage, pointer, automationPause, queues, deadLetters, quarantined } = status;
  const lettersOf = new Map(deadLetters.map(({ of, messages }) => [of, messages]));
  return [
    facts([
      ['stage', stage],
      ['automation', automationPause ? `paused ${pauseText(automationPause)}` : 'on'],
      ['champion', championText(status)],
      [
        'challenger',
        pointer.challenger
          ? `version ${pointer.challenger.version}, ${percent(pointer.challenger.share, 0)} of the tickets`
          : 'none',
      ],
      ['previous', pointer.previous === null ? 'none' : `version ${pointer.previous}`],
      ['pointer revision', String(pointer.revision)],
      ['retraining', retrainingText(status)],
      ...(status.retraining.running ? announcedFacts(status) : []),
      ['last retraining', lastText(status.retraining.last)],
      ...(status.retraining.running ? [] : announcedFacts(status)),
      ['quarantine', quarantined >= COUNTED ? `${counted(COUNTED, 'message')} or more` : counted(quarantined, 'message')],
      ['undelivered', counted(lettersOf.get('undelivered') ?? 0, 'event')],
    ]),
    '',
    columns(
      ['queue', 'waiting', 'in flight', 'delayed', 'dead letters'],
      queues.map(({ queue, waiting, inFlight, delayed }) => [queue, waiting, inFlight, delayed, lettersOf.get(queue) ?? 0]),
    ),
    '',
    ...(attention.length === 0 ? ['Nothing needs attention.'] : ['Needs attention:', ...attention.map((line) => `- ${line}`)]),
  ].join('\n');
};

const championText = ({ champion }: StageStatus): string => {
  if (!champion) return 'none: no model is live yet';
  const { version, record, endpoints } = champion;
  const since = record?.endedAt === undefined ? '' : `, live since ${time(record.endedAt)}`;
  const judged = record?.metrics
    ? `, right on ${percent(record.metrics.accuracy.challenger)} of ${record.metrics.n} test tickets`
    : '';
  return `version ${version}${since}${judged}; endpoints: routing ${endpoints.routing}, clustering ${endpoints.clustering}`;
};

const retrainingText = ({ retrainingPause, retraining: { running } }: StageStatus): string => {
  if (running) return `running since ${time(running.startedAt)} (${running.name})`;
  return retrainingPause ? `paused ${pauseText(retrainingPause)}` : 'not running';
};

const announcedFacts = ({ retraining: { announced } }: StageStatus): readonly (readonly [string, string])[] =>
  [announced?.encoding, announced?.leftOut].flatMap((text) => (text ? [['', text] as const] : []));

const lastText = (last: LatestExecution | null): string => {
  if (!last) return 'none yet';
  const version = last.version === undefined ? '' : ` version ${last.version}`;
  const reason = last.reason === undefined ? '' : `: ${oneLine(last.reason, REASON_SHOWN)}`;
  return `${last.outcome ?? last.status}${version}, ${time(last.endedAt)}${reason}`;
};
