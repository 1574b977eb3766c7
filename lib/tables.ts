import type { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { GlobalSecondaryIndexPropsV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';

export interface TablesProps {
  /** What happens to the tables when their stack is deleted. */
  readonly removalPolicy: RemovalPolicy;
  /** Refuse to delete a table by an API call. */
  readonly deletionProtection: boolean;
}

/** Partition = hour in which a topic was seen, so that no partition is hot; see docs/access-patterns.md. */
export const TOPIC_HOUR_INDEX = 'by-topic-hour';

const topicHourIndex: GlobalSecondaryIndexPropsV2 = {
  indexName: TOPIC_HOUR_INDEX,
  partitionKey: { name: 'topicHour', type: AttributeType.STRING },
  sortKey: { name: 'pk', type: AttributeType.STRING },
  projectionType: ProjectionType.INCLUDE,
  nonKeyAttributes: ['ticketId', 'time'],
};

/** Tickets that the past does not resemble, by the hour: few, so that looking for groups among them reads little. */
export const UNFAMILIAR_HOUR_INDEX = 'by-unfamiliar-hour';

const unfamiliarHourIndex: GlobalSecondaryIndexPropsV2 = {
  indexName: UNFAMILIAR_HOUR_INDEX,
  partitionKey: { name: 'unfamiliarHour', type: AttributeType.STRING },
  sortKey: { name: 'pk', type: AttributeType.STRING },
  projectionType: ProjectionType.INCLUDE,
  nonKeyAttributes: ['ticketId', 'time', 'direction', 'pastSimilarity'],
};

/** Decisions and outcomes by the hour in which they were stored, so that a day can be compared with the event log without a scan. */
export const FACT_HOUR_INDEX = 'by-fact-hour';

const factHourIndex: GlobalSecondaryIndexPropsV2 = {
  indexName: FACT_HOUR_INDEX,
  partitionKey: { name: 'factHour', type: AttributeType.STRING },
  sortKey: { name: 'factId', type: AttributeType.STRING },
  projectionType: ProjectionType.KEYS_ONLY,
};

/** The four tables, one a lifetime: docs/access-patterns.md says what is in them. */
export class Tables extends Construct {
  /** Tickets with their decisions, outcomes and receipts. */
  readonly tickets: TableV2;
  /** Assignments of tickets to topics, and candidates for new ones. */
  readonly topics: TableV2;
  /** Versions, the pointer to the ones that serve, and the retraining lock. They do not expire. */
  readonly models: TableV2;
  /** Messages that could not be taken in, with the reason. */
  readonly quarantine: TableV2;

  constructor(scope: Construct, id: string, props: TablesProps) {
    super(scope, id);
    this.tickets = this.table('Tickets', props, { expires: true, indexes: [factHourIndex] });
    this.topics = this.table('Topics', props, { expires: true, indexes: [topicHourIndex, unfamiliarHourIndex] });
    this.models = this.table('Models', props, { expires: false });
    this.quarantine = this.table('Quarantine', props, { expires: true });
  }

  private table(
    id: string,
    props: TablesProps,
    rows: { readonly expires: boolean; readonly indexes?: GlobalSecondaryIndexPropsV2[] },
  ): TableV2 {
    return new TableV2(this, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: props.removalPolicy,
      deletionProtection: props.deletionProtection,
      ...(rows.expires && { timeToLiveAttribute: 'expiresAt' }),
      ...(rows.indexes && { globalSecondaryIndexes: rows.indexes }),
    });
  }
}
