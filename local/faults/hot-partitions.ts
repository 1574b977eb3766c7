import type { Clock } from '../clock.ts';
import type { TouchedPartition } from '../dynamodb/touched-partitions.ts';
import { AwsError } from '../service.ts';
import { createTokenBuckets } from '../token-buckets.ts';

/** Units a second that one partition key may use. */
export interface PartitionBudget {
  readonly readUnits: number;
  readonly writeUnits: number;
}

/** What one key gets on AWS: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html */
export const defaultBudget: PartitionBudget = { readUnits: 3000, writeUnits: 1000 };

/** Budgets of partition keys, refilled by the clock; a second's worth is what they hold at most. */
export interface HotPartitions {
  /** Takes what the partitions use. @throws AwsError ThrottlingException where one of them has nothing left, and takes nothing then */
  spend(partitions: readonly TouchedPartition[], budget: PartitionBudget): void;
}

export const createHotPartitions = (clock: Pick<Clock, 'now'>): HotPartitions => {
  const buckets = createTokenBuckets(clock);
  return {
    spend: (partitions, { readUnits, writeUnits }) => {
      const found = partitions.map((partition) => {
        const perSecond = partition.kind === 'read' ? readUnits : writeUnits;
        const name = `${partition.table}\n${partition.kind}\n${partition.key}`;
        return { partition, name, filling: { perSecond, most: perSecond } };
      });
      const empty = found.find(({ name, filling }) => !buckets.hasSome(name, filling));
      if (empty) throw throttled(empty.partition);
      for (const { partition, name, filling } of found) buckets.take(name, filling, partition.units);
    },
  };
};

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/throttling-diagnosing.html */
const throttled = ({ table, kind }: TouchedPartition): AwsError =>
  new AwsError(
    'ThrottlingException',
    'Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly.',
    400,
    {
      throttlingReasons: [
        {
          reason: kind === 'read' ? 'TableReadKeyRangeThroughputExceeded' : 'TableWriteKeyRangeThroughputExceeded',
          resource: table,
        },
      ],
    },
  );
