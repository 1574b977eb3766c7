import type { Clock } from '../clock.ts';
import type { TouchedPartition } from '../dynamodb/touched-partitions.ts';
import { AwsError } from '../service.ts';

/** Units a second that one partition key may use. */
export interface PartitionBudget {
  readonly readUnits: number;
  readonly writeUnits: number;
}

/** What one key gets on AWS: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html */
export const defaultBudget: PartitionBudget = { readUnits: 3000, writeUnits: 1000 };

interface Bucket {
  level: number;
  filledAtMs: number;
}

/** Budgets of partition keys, refilled by the clock; a second's worth is what they hold at most. */
export interface HotPartitions {
  /** Takes what the partitions use. @throws AwsError ThrottlingException where one of them has nothing left, and takes nothing then */
  spend(partitions: readonly TouchedPartition[], budget: PartitionBudget): void;
}

export const createHotPartitions = (clock: Pick<Clock, 'now'>): HotPartitions => {
  const buckets = new Map<string, Bucket>();

  const bucketOf = ({ table, key, kind }: TouchedPartition, perSecond: number): Bucket => {
    const id = `${table}\n${kind}\n${key}`;
    const now = clock.now();
    const bucket = buckets.get(id) ?? { level: perSecond, filledAtMs: now };
    bucket.level = Math.min(perSecond, bucket.level + ((now - bucket.filledAtMs) / 1000) * perSecond);
    bucket.filledAtMs = now;
    buckets.set(id, bucket);
    return bucket;
  };

  return {
    spend: (partitions, { readUnits, writeUnits }) => {
      const found = partitions.map((partition) => ({
        partition,
        bucket: bucketOf(partition, partition.kind === 'read' ? readUnits : writeUnits),
      }));
      const empty = found.find(({ bucket }) => bucket.level <= 0);
      if (empty) throw throttled(empty.partition);
      // What goes below nothing is owed: one large write may use up more than is left, as on AWS.
      for (const { partition, bucket } of found) bucket.level -= partition.units;
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
