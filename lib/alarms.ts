import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, MathExpression, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import { METRICS_NAMESPACE } from './journey-function.ts';
import type { JourneyQueue } from './journey-queue.ts';

export interface WatchedQueue {
  readonly queue: JourneyQueue;
  /** Older than this is too old for the oldest message. */
  readonly maxAge: Duration;
  /** What to look at when messages wait too long, as a sentence. */
  readonly whenOld: string;
}

export interface AlarmsProps {
  /** By the name of the queue. */
  readonly queues: Readonly<Record<string, WatchedQueue>>;
  readonly undelivered: DeadLetterQueue;
  readonly stateMachine: StateMachine;
  /** Compares the event log with what was stored, daily. */
  readonly reconcile: IFunction;
}

const PERIOD = Duration.minutes(5);
/** Share of decisions without the model, in percent, at which the endpoint is worth a look. */
const DEGRADED_PERCENT = 20;
/** Three periods in a row: a cold endpoint alone is not an incident. */
const DEGRADED_PERIODS = 3;

/** What a person is told of, and where: one topic, to which people subscribe. */
export class Alarms extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.topic = this.alarmTopic();
    for (const [name, watched] of Object.entries(props.queues)) {
      this.deadLetters(name, watched.queue.deadLetters, `the function behind the queue "${name}" gave up on them`);
      this.oldestMessage(name, watched);
    }
    this.deadLetters('undelivered', props.undelivered, 'EventBridge or the Scheduler could not hand them to their target');
    this.degradedShare();
    this.failedRetraining(props.stateMachine);
    this.incompleteLog(props.reconcile);
  }

  private alarmTopic(): Topic {
    const topic = new Topic(this, 'Topic', { displayName: 'Signalbox alarms', enforceSSL: true });
    topic.applyRemovalPolicy(RemovalPolicy.DESTROY);
    // A topic policy takes the place of the default one, which would have let the account's own alarms publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AllowAlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    return topic;
  }

  private deadLetters(name: string, deadLetters: DeadLetterQueue, because: string): void {
    this.alarm(`${pascal(name)}DeadLetters`, {
      metric: deadLetters.queue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: Stats.MAXIMUM }),
      threshold: 1,
      description:
        `Messages lie in the dead letters of "${name}": ${because}. ` +
        'Read the log of that time, mend the cause, then redrive them; they are deleted after 14 days.',
    });
  }

  private oldestMessage(name: string, { queue, maxAge, whenOld }: WatchedQueue): void {
    this.alarm(`${pascal(name)}OldestMessage`, {
      metric: queue.queue.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: Stats.MAXIMUM }),
      threshold: maxAge.toSeconds(),
      description: `The oldest message of the queue "${name}" has waited for ${maxAge.toMinutes()} minutes or more. ${whenOld}`,
    });
  }

  private degradedShare(): void {
    const count = (metricName: string): Metric =>
      new Metric({
        namespace: METRICS_NAMESPACE,
        metricName,
        dimensionsMap: { service: 'route-tickets' },
        statistic: Stats.SUM,
        period: PERIOD,
      });
    this.alarm('DegradedShare', {
      metric: new MathExpression({
        expression: 'IF(decided > 0, 100 * degraded / decided, 0)',
        usingMetrics: { degraded: count('TicketsDegraded'), decided: count('TicketsDecided') },
        label: 'Tickets decided without the model, %',
        period: PERIOD,
      }),
      threshold: DEGRADED_PERCENT,
      evaluationPeriods: DEGRADED_PERIODS,
      description:
        `${DEGRADED_PERCENT} % or more of the tickets were decided without the model for ${DEGRADED_PERIODS * PERIOD.toMinutes()} minutes. ` +
        "Look at the champion's endpoint (status, ModelLatency, throttled invocations) and the account's quota of serverless " +
        'concurrency; if a new champion is the cause, move the pointer back. The tickets are scored again by themselves.',
    });
  }

  private failedRetraining(stateMachine: StateMachine): void {
    this.alarm('FailedRetraining', {
      metric: new MathExpression({
        expression: 'failed + timedOut + aborted',
        usingMetrics: {
          failed: stateMachine.metricFailed({ period: PERIOD }),
          timedOut: stateMachine.metricTimedOut({ period: PERIOD }),
          aborted: stateMachine.metricAborted({ period: PERIOD }),
        },
        label: 'Retrainings that did not come to an end',
        period: PERIOD,
      }),
      threshold: 1,
      description:
        'A retraining failed; what served before goes on serving. The cause stands in the execution (RetrainingAlreadyRunning: ' +
        'two were started at once, nothing is wrong). Mend it and start an execution by hand, or wait for the weekly one.',
    });
  }

  private incompleteLog(reconcile: IFunction): void {
    this.alarm('FailedReconcile', {
      metric: reconcile.metricErrors({ period: PERIOD }),
      threshold: 1,
      description:
        'The daily reconcile of the event log failed. It is tried twice more by itself; look at the log of reconcile-events, and ' +
        'if the third try failed too, invoke it by hand with {"day":"YYYY-MM-DD"}.',
    });
    this.alarm('EventsMissing', {
      metric: new Metric({
        namespace: METRICS_NAMESPACE,
        metricName: 'EventsMissing',
        dimensionsMap: { service: 'reconcile-events' },
        statistic: Stats.SUM,
        period: PERIOD,
      }),
      threshold: 1,
      description:
        'The event log did not know of decisions or outcomes that are stored; their events were published again. ' +
        'Look for the cause in the log of that day: dead letters of "archive" that were deleted, or objects that are gone.',
    });
  }

  private alarm(
    id: string,
    options: {
      readonly metric: IMetric;
      readonly threshold: number;
      readonly description: string;
      readonly evaluationPeriods?: number;
    },
  ): void {
    new Alarm(this, id, {
      metric: options.metric,
      threshold: options.threshold,
      evaluationPeriods: options.evaluationPeriods ?? 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // Nothing measured is nothing to do: an empty queue has no oldest message.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: options.description,
    }).addAlarmAction(new SnsAction(this.topic));
  }
}

const pascal = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
