import type { EndpointNames } from './endpoint-names.ts';
import { deployState } from './deploy-states.ts';
import { END_AS_FAILED, jsonata, onError, retryScoring, step } from './retraining-states.ts';
import type { State } from './retraining-states.ts';
import type { RetrainingSettings } from './stages.ts';
import { trainStates } from './train-states.ts';

export const STEP_NAMES = [
  'begin-retraining',
  'snapshot-events',
  'evaluate-tickets',
  'gate-challenger',
  'observe-challenger',
  'move-pointer',
  'end-retraining',
] as const;
export type StepName = (typeof STEP_NAMES)[number];

export interface RetrainingDefinitionProps {
  readonly partition: string;
  /** ARN of each step's function. */
  readonly functions: Readonly<Record<StepName, string>>;
  readonly endpoints: EndpointNames;
  readonly endpointMaxConcurrency: number;
  readonly settings: RetrainingSettings;
  readonly imageUri: string;
  readonly modelRoleArn: string;
  readonly bucketName: string;
  readonly keyArn: string;
  /** Of the encoder that the image brings along. */
  readonly checkpointPrefix: string;
}

/** Calls of both endpoints at once while test tickets are scored; see MaxConcurrency of the endpoints. */
const EVALUATIONS_AT_ONCE = 2;

/**
 * The retraining workflow in Amazon States Language: snapshot → train → deploy the challenger → evaluate → gate → shadow → canary
 * → promote, or leave things as they were.
 *
 * Variables: `version` (of what is trained), `champion` (or null), `try` (of the training), `outcome` and `reason` (what `End` records).
 * Everything after `Begin` that fails passes `End`, which undoes; `outcome` is `rejected` until `Promote` has succeeded.
 */
export const retrainingDefinition = (props: RetrainingDefinitionProps): State => {
  const { settings } = props;
  const call = (name: StepName): { functionArn: string; partition: string } => ({
    functionArn: props.functions[name],
    partition: props.partition,
  });
  const version = jsonata('$version');
  const champion = jsonata('$champion');
  const observe = (stage: 'shadow' | 'canary', next: string): State =>
    step({
      ...call('observe-challenger'),
      payload: {
        stage,
        version,
        champion,
        since: jsonata('$since'),
        ...(stage === 'canary' && { share: settings.canaryShare }),
      },
      retries: [retryScoring(settings.endpointPoll.toSeconds())],
      assign: { reason: jsonata('$states.result.Payload.healthy ? $reason : $states.result.Payload.reason') },
      next,
    });
  const ifHealthy = (next: string): State => ({
    Type: 'Choice',
    Choices: [{ Condition: jsonata('$states.input.healthy'), Next: next }],
    Default: 'End',
  });
  const enteredAt = jsonata('$states.context.State.EnteredTime');

  return {
    Comment: 'Trains a challenger from the event log and promotes it if it is proven better',
    QueryLanguage: 'JSONata',
    TimeoutSeconds: settings.timeout.toSeconds(),
    StartAt: 'Begin',
    States: {
      Begin: step({
        ...call('begin-retraining'),
        payload: {
          executionId: jsonata('$states.context.Execution.Id'),
          trigger: jsonata("$exists($states.input.trigger) ? $states.input.trigger : 'person'"),
        },
        assign: {
          version: jsonata('$states.result.Payload.version'),
          startedAt: jsonata('$states.result.Payload.startedAt'),
          champion: jsonata('$states.result.Payload.champion'),
          try: 1,
        },
        // Nothing has happened yet: another error ends the execution as it is, and the lock, if taken, runs out.
        catches: [
          { ErrorEquals: ['RetrainingAlreadyRunning'], Next: 'AlreadyRunning' },
          onError(['RetrainingPaused'], 'paused', 'Paused'),
        ],
        next: 'Snapshot',
      }),
      AlreadyRunning: {
        Type: 'Fail',
        Error: 'RetrainingAlreadyRunning',
        Cause: 'Another retraining holds the lock. Wait for it to end, or stop it, and start again.',
      },

      // No failure, of which people would be told: they asked for it.
      Paused: { Type: 'Succeed', Output: { outcome: jsonata('$outcome'), reason: jsonata('$reason') } },

      Snapshot: step({
        ...call('snapshot-events'),
        payload: { version, startedAt: jsonata('$startedAt') },
        assign: {
          trainPrefix: jsonata('$states.result.Payload.trainPrefix'),
          counts: jsonata('$states.result.Payload.counts'),
          testBatches: jsonata('$states.result.Payload.testBatches'),
        },
        catches: [onError(['NotEnoughToLearn'], 'rejected', 'End'), END_AS_FAILED],
        next: 'TrainRouting',
      }),
      ...trainStates({ ...props, kind: 'routing', next: 'TrainClustering' }),
      ...trainStates({ ...props, kind: 'clustering', next: 'Deploy' }),
      Deploy: deployState({ ...props, next: 'Evaluate' }),

      Evaluate: {
        Type: 'Map',
        Items: jsonata('$testBatches'),
        MaxConcurrency: EVALUATIONS_AT_ONCE,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          StartAt: 'EvaluateBatch',
          States: {
            EvaluateBatch: step({
              ...call('evaluate-tickets'),
              payload: { batch: jsonata('$states.input'), version, champion },
              retries: [retryScoring(settings.endpointPoll.toSeconds())],
              catches: [],
            }),
          },
        },
        Catch: [END_AS_FAILED],
        Next: 'Gate',
      },
      Gate: step({
        ...call('gate-challenger'),
        payload: { version, champion, evaluations: jsonata('$states.input'), counts: jsonata('$counts') },
        assign: { outcome: 'rejected', reason: jsonata('$states.result.Payload.reason') },
        next: 'Verdict',
      }),
      Verdict: {
        Type: 'Choice',
        Choices: [
          { Condition: jsonata("$states.input.verdict = 'promote'"), Next: 'Promote' },
          { Condition: jsonata("$states.input.verdict = 'prove'"), Next: 'Shadow' },
        ],
        Default: 'End',
      },

      Shadow: { Type: 'Wait', Seconds: settings.shadow.toSeconds(), Assign: { since: enteredAt }, Next: 'ObserveShadow' },
      ObserveShadow: observe('shadow', 'ShadowHealthy'),
      ShadowHealthy: ifHealthy('Canary'),

      Canary: step({
        ...call('move-pointer'),
        payload: { action: 'canary', version, share: settings.canaryShare },
        assign: { since: enteredAt },
        next: 'WaitForCanary',
      }),
      WaitForCanary: { Type: 'Wait', Seconds: settings.canary.toSeconds(), Next: 'ObserveCanary' },
      ObserveCanary: observe('canary', 'CanaryHealthy'),
      CanaryHealthy: ifHealthy('Promote'),

      Promote: step({
        ...call('move-pointer'),
        payload: { action: 'promote', version },
        assign: { outcome: 'promoted' },
        next: 'End',
      }),

      End: step({
        ...call('end-retraining'),
        payload: {
          version,
          executionId: jsonata('$states.context.Execution.Id'),
          outcome: jsonata('$outcome'),
          reason: jsonata('$reason'),
        },
        // An endpoint in Creating cannot be deleted: come again until it is in service, or has failed.
        retries: [
          {
            ErrorEquals: ['EndpointBusy'],
            IntervalSeconds: settings.endpointPoll.toSeconds(),
            MaxAttempts: 16,
            BackoffRate: 1.5,
            MaxDelaySeconds: 120,
          },
        ],
        catches: [],
        next: 'Ended',
      }),
      Ended: {
        Type: 'Choice',
        Choices: [{ Condition: jsonata("$outcome = 'failed'"), Next: 'RetrainingFailed' }],
        Default: 'Done',
      },
      RetrainingFailed: { Type: 'Fail', Error: 'RetrainingFailed', Cause: jsonata('$reason') },
      Done: { Type: 'Succeed', Output: { version, outcome: jsonata('$outcome'), reason: jsonata('$reason') } },
    },
  };
};
