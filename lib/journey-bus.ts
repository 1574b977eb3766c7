import { Duration } from 'aws-cdk-lib';
import { EventBus, Rule, RuleTargetInput, EventField } from 'aws-cdk-lib/aws-events';
import type { EventPattern, IRuleTarget } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { TargetBaseProps } from 'aws-cdk-lib/aws-events-targets';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { JourneyQueue } from './journey-queue.ts';

/** `source` of everything that Signalbox puts on its bus. */
const OWN_EVENTS: EventPattern = { source: ['signalbox'] };

/** The bus on which results are told, and the rules that bring them to their queues. */
export class JourneyBus extends Construct {
  readonly bus: EventBus;
  /** Events that EventBridge, or the Scheduler, could not deliver to their target. */
  readonly undelivered: DeadLetterQueue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    // The classic kind: it retries for a day, where the newer kind gives up after 300 seconds.
    this.bus = new EventBus(this, 'Bus', { description: 'What Signalbox decided, learned and noticed' });
    this.undelivered = new DeadLetterQueue(this, 'Undelivered');
  }

  /** Every event of Signalbox goes to this queue. */
  deliverAll(id: string, to: JourneyQueue): void {
    this.rule(id, OWN_EVENTS, new SqsQueue(to.queue, this.delivery()));
  }

  /** Events of one type go to this queue. */
  deliver(id: string, type: string, to: JourneyQueue): void {
    this.rule(id, { ...OWN_EVENTS, detailType: [type] }, new SqsQueue(to.queue, this.delivery()));
  }

  /** An event of this type starts an execution. */
  start(id: string, type: string, stateMachine: IStateMachine): Rule {
    const input = RuleTargetInput.fromObject({ trigger: 'drift', reason: EventField.fromPath('$.detail.reason') });
    return this.rule(id, { ...OWN_EVENTS, detailType: [type] }, new SfnStateMachine(stateMachine, { ...this.delivery(), input }));
  }

  private rule(id: string, eventPattern: EventPattern, target: IRuleTarget): Rule {
    return new Rule(this, id, { eventBus: this.bus, eventPattern, targets: [target] });
  }

  private delivery(): TargetBaseProps {
    return { deadLetterQueue: this.undelivered.queue, retryAttempts: 185, maxEventAge: Duration.hours(24) };
  }
}
