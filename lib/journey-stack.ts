import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Alarms } from './alarms.ts';
import { ArchiveEvents } from './archive-events.ts';
import { ClusterTickets } from './cluster-tickets.ts';
import { endpointNames } from './endpoint-names.ts';
import { JourneyBus } from './journey-bus.ts';
import { LearnFromOutcomes } from './learn-from-outcomes.ts';
import { ModelImage } from './model-image.ts';
import type { ImageEncoder } from './model-image.ts';
import { ReconcileEvents } from './reconcile-events.ts';
import { RemoveEndpoints } from './remove-endpoints.ts';
import { RetrainingSchedule } from './retraining-schedule.ts';
import { Retraining } from './retraining.ts';
import { RouteTickets } from './route-tickets.ts';
import type { StageSettings } from './stages.ts';
import type { StatefulStack } from './stateful-stack.ts';

export interface JourneyStackProps extends StackProps {
  readonly stage: StageSettings;
  readonly stateful: StatefulStack;
  /** Folder with the Dockerfile of the model container and what it copies. */
  readonly modelBuildContext: string;
  /** The sentence encoder in it. */
  readonly encoder: ImageEncoder;
}

/** A ticket's way, and the retraining: everything that can be deployed anew at any time. */
export class JourneyStack extends Stack {
  constructor(scope: Construct, id: string, props: JourneyStackProps) {
    super(scope, id, props);
    const { stage, stateful } = props;
    const { tables, data } = stateful;
    const endpoints = endpointNames(stage.name);

    const bus = new JourneyBus(this, 'Bus');
    const route = new RouteTickets(this, 'RouteTickets', { stage, tables, data, bus, endpoints });
    const cluster = new ClusterTickets(this, 'ClusterTickets', { stage, tables, bus, endpoints });
    const learn = new LearnFromOutcomes(this, 'LearnFromOutcomes', { stage, tables, data, bus });
    const archive = new ArchiveEvents(this, 'ArchiveEvents', { stage, data, bus });

    const { reconcile } = new ReconcileEvents(this, 'ReconcileEvents', { stage, tables, data, bus });

    const image = new ModelImage(this, 'ModelImage', { buildContext: props.modelBuildContext, encoder: props.encoder });
    const retraining = new Retraining(this, 'Retraining', { stage, tables, data, image, endpoints });
    const { stateMachine } = retraining;
    const schedule = new RetrainingSchedule(this, 'RetrainingSchedule', { stateMachine, undelivered: bus.undelivered });
    const removal = new RemoveEndpoints(this, 'RemoveEndpoints', {
      stage,
      endpoints,
      stateMachine,
      schedule,
      outlivedBy: [retraining],
    });
    // On deletion the rule goes before the endpoints, and starts no execution that would make new ones.
    bus.start('DriftToRetraining', 'drift.detected', stateMachine).node.addDependency(removal.resource);

    const alarms = new Alarms(this, 'Alarms', {
      stateMachine,
      undelivered: bus.undelivered,
      reconcile: reconcile.function,
      queues: {
        tickets: {
          queue: route.tickets,
          maxAge: Duration.minutes(10),
          whenOld: 'Tickets wait for their decision: look at errors and throttles of route-tickets.',
        },
        rescore: {
          queue: route.rescore,
          // Each try is a message of its own, delayed by at most 15 minutes: one that is older was taken in by nobody.
          maxAge: Duration.hours(1),
          whenOld:
            'Nobody looks again at tickets that were decided without the model: look at errors and throttles of route-tickets.',
        },
        outcomes: {
          queue: learn.outcomes,
          maxAge: Duration.hours(1),
          whenOld: 'Outcomes are not taken in: look at errors and throttles of learn-from-outcomes.',
        },
        topics: {
          queue: cluster.topics,
          maxAge: Duration.hours(1),
          whenOld: "Tickets wait for their topic: look at the clustering endpoint of the champion's version.",
        },
        archive: {
          queue: archive.archive,
          maxAge: Duration.hours(1),
          whenOld: 'The event log falls behind, and is lost after 4 days: look at errors of archive-events.',
        },
      },
    });

    this.output({
      TicketsQueueUrl: route.tickets.queue.queueUrl,
      OutcomesQueueUrl: learn.outcomes.queue.queueUrl,
      TopicsQueueUrl: cluster.topics.queue.queueUrl,
      ArchiveQueueUrl: archive.archive.queue.queueUrl,
      RescoreQueueUrl: route.rescore.queue.queueUrl,
      UndeliveredQueueUrl: bus.undelivered.queue.queueUrl,
      TicketsTable: tables.tickets.tableName,
      TopicsTable: tables.topics.tableName,
      ModelsTable: tables.models.tableName,
      QuarantineTable: tables.quarantine.tableName,
      DataBucket: data.bucket.bucketName,
      BusName: bus.bus.eventBusName,
      StateMachineArn: stateMachine.stateMachineArn,
      EndpointPrefix: endpoints.prefix,
      AlarmTopicArn: alarms.topic.topicArn,
    });
  }

  /** What the command line finds the stack's resources by; a key, once given, stays. */
  private output(values: Readonly<Record<string, string>>): void {
    for (const [key, value] of Object.entries(values)) new CfnOutput(this, key, { value });
  }
}
