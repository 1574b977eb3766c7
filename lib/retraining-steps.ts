import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { DataBucket } from './data-bucket.ts';
import type { EndpointNames } from './endpoint-names.ts';
import type { EnvironmentOf } from './function-environments.ts';
import { allowListing, allowReading, allowRemovingEndpoints, allowScoring, allowTable, allowWritingInParts } from './grants.ts';
import { checkpointPrefix } from './model-image.ts';
import type { ModelImage } from './model-image.ts';
import { JourneyFunction } from './journey-function.ts';
import type { StepName } from './retraining-definition.ts';
import type { StageSettings } from './stages.ts';
import type { Tables } from './tables.ts';

export interface RetrainingStepsProps {
  readonly stage: StageSettings;
  readonly tables: Tables;
  readonly data: DataBucket;
  readonly endpoints: EndpointNames;
  readonly image: ModelImage;
}

interface StepOptions<Name extends StepName> {
  readonly name: Name;
  readonly description: string;
  readonly environment: EnvironmentOf<Name>;
  readonly timeout?: Duration;
  readonly memorySizeMb?: number;
  readonly diskMb?: number;
}

/** The functions that the retraining workflow calls, each with what it needs and no more. */
export class RetrainingSteps extends Construct {
  readonly functionArns: Readonly<Record<StepName, string>>;
  private readonly props: RetrainingStepsProps;

  constructor(scope: Construct, id: string, props: RetrainingStepsProps) {
    super(scope, id);
    this.props = props;
    this.functionArns = {
      'begin-retraining': this.begin(),
      'snapshot-events': this.snapshot(),
      'evaluate-tickets': this.evaluate(),
      'gate-challenger': this.gate(),
      'observe-challenger': this.observe(),
      'move-pointer': this.move(),
      'end-retraining': this.end(),
    };
  }

  private begin(): string {
    const { tables, stage } = this.props;
    const begin = this.step('Begin', {
      name: 'begin-retraining',
      description: 'Takes the retraining lock and the next version',
      environment: {
        MODELS_TABLE: tables.models.tableName,
        LOCK_SECONDS: String(stage.retraining.lock.toSeconds()),
      },
    });
    allowTable(begin, tables.models, ['GetItem', 'PutItem', 'UpdateItem']);
    return begin.function.functionArn;
  }

  private snapshot(): string {
    const { data, stage } = this.props;
    const { encoder } = this.props.image;
    const snapshot = this.step('Snapshot', {
      name: 'snapshot-events',
      description: 'Writes what was learned as training, validation and test tickets',
      // It reads a year of events in one go.
      timeout: Duration.minutes(15),
      // One whole processor, and four times the peak of a million lessons (bench/results/snapshot.json).
      memorySizeMb: 1769,
      // MOST_CHARACTERS of core/retrain/take-snapshot.ts, at most 3 bytes each, and what stands around them.
      diskMb: 1536,
      environment: {
        DATA_BUCKET: data.bucket.bucketName,
        TRAINING_WINDOW_DAYS: String(stage.retraining.trainingWindowDays),
        CHECKPOINT_PREFIX: checkpointPrefix(encoder),
        ENCODER_NAME: encoder.name,
        ENCODER_HASH: encoder.hash,
        ENCODER_MS_PER_TICKET: encoder.msPerTicket === undefined ? '' : String(encoder.msPerTicket),
      },
    });
    allowListing(snapshot, data, ['events/', 'checkpoints/']);
    allowReading(snapshot, data, ['events/', 'checkpoints/']);
    allowWritingInParts(snapshot, data, ['snapshots/']);
    return snapshot.function.functionArn;
  }

  private evaluate(): string {
    const { data, endpoints } = this.props;
    const evaluate = this.step('Evaluate', {
      name: 'evaluate-tickets',
      description: 'Scores test tickets with champion and challenger',
      timeout: Duration.minutes(10),
      environment: { DATA_BUCKET: data.bucket.bucketName, ROUTING_ENDPOINT_PREFIX: endpoints.routing },
    });
    allowReading(evaluate, data, ['snapshots/']);
    allowScoring(evaluate, endpoints, 'routing');
    return evaluate.function.functionArn;
  }

  private gate(): string {
    const { tables } = this.props;
    const gate = this.step('Gate', {
      name: 'gate-challenger',
      description: 'Says whether the challenger is proven better',
      environment: { MODELS_TABLE: tables.models.tableName },
    });
    allowTable(gate, tables.models, ['UpdateItem']);
    return gate.function.functionArn;
  }

  private observe(): string {
    const { data, endpoints } = this.props;
    const observe = this.step('Observe', {
      name: 'observe-challenger',
      description: 'Looks at the challenger in shadow and canary',
      timeout: Duration.minutes(15),
      memorySizeMb: 1024,
      environment: { DATA_BUCKET: data.bucket.bucketName, ROUTING_ENDPOINT_PREFIX: endpoints.routing },
    });
    allowListing(observe, data, ['events/']);
    allowReading(observe, data, ['events/']);
    allowScoring(observe, endpoints, 'routing');
    return observe.function.functionArn;
  }

  private move(): string {
    const { tables } = this.props;
    const move = this.step('Move', {
      name: 'move-pointer',
      description: 'Says which version serves',
      environment: { MODELS_TABLE: tables.models.tableName },
    });
    allowTable(move, tables.models, ['GetItem', 'PutItem']);
    return move.function.functionArn;
  }

  private end(): string {
    const { tables, endpoints } = this.props;
    const end = this.step('End', {
      name: 'end-retraining',
      description: 'Leaves things as they should be after a retraining',
      timeout: Duration.minutes(5),
      environment: {
        MODELS_TABLE: tables.models.tableName,
        ROUTING_ENDPOINT_PREFIX: endpoints.routing,
        CLUSTERING_ENDPOINT_PREFIX: endpoints.clustering,
      },
    });
    allowTable(end, tables.models, ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem']);
    allowRemovingEndpoints(end, endpoints);
    return end.function.functionArn;
  }

  private step<Name extends StepName>(id: string, options: StepOptions<Name>): JourneyFunction<Name> {
    return new JourneyFunction(this, id, { ...options, logRetention: this.props.stage.logRetention });
  }
}
