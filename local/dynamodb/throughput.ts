import type { Clock } from '../clock.ts';
import { AwsError } from '../service.ts';
import { createTokenBuckets } from '../token-buckets.ts';
import type { Consumed } from './capacity.ts';
import type { Table } from './table.ts';
import type { Throughput } from './table-definition.ts';

/** Unused capacity is kept for so long: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html */
const BURST_SECONDS = 300;

/** Provisioned capacity of tables and of their global indexes; local indexes use that of their table. */
export interface ProvisionedThroughput {
  /** @throws AwsError ProvisionedThroughputExceededException where a table or an index has nothing left of what is to be consumed */
  admit(table: Table, consumed: Consumed): void;
  /** What goes below nothing is owed: one large item may take more than is left, as on AWS. */
  take(table: Table, consumed: Consumed): void;
}

interface Share {
  readonly arn: string;
  readonly index: 'table' | 'index';
  readonly throughput: Throughput;
  readonly units: number;
}

const sharesOf = (table: Table, { table: own, globalIndexes, localIndexes }: Consumed): readonly Share[] => {
  const { throughput } = table.definition;
  if (!throughput) return [];
  const units = [...localIndexes.values()].reduce((sum, each) => sum + each, own);
  const shares: Share[] = units > 0 ? [{ arn: table.arn, index: 'table', throughput, units }] : [];
  for (const { definition } of table.indexes) {
    const used = globalIndexes.get(definition.name) ?? 0;
    if (used === 0) continue;
    const arn = `${table.arn}/index/${definition.name}`;
    shares.push({ arn, index: 'index', throughput: definition.throughput ?? throughput, units: used });
  }
  return shares;
};

const fillingOf = ({ throughput }: Share, kind: Consumed['kind']): { readonly perSecond: number; readonly most: number } => {
  const perSecond = kind === 'read' ? throughput.readUnits : throughput.writeUnits;
  return { perSecond, most: perSecond * BURST_SECONDS };
};

export const createProvisionedThroughput = (clock: Pick<Clock, 'now'>): ProvisionedThroughput => {
  const buckets = createTokenBuckets(clock);
  return {
    admit: (table, consumed) => {
      for (const share of sharesOf(table, consumed)) {
        if (!buckets.hasSome(`${share.arn} ${consumed.kind}`, fillingOf(share, consumed.kind)))
          throw exceeded(share, consumed.kind);
      }
    },
    take: (table, consumed) => {
      for (const share of sharesOf(table, consumed))
        buckets.take(`${share.arn} ${consumed.kind}`, fillingOf(share, consumed.kind), share.units);
    },
  };
};

export const isThroughputExceeded = (error: unknown): error is AwsError =>
  error instanceof AwsError && error.code === 'ProvisionedThroughputExceededException';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/throttling-diagnosing.html */
const exceeded = ({ arn, index }: Share, kind: Consumed['kind']): AwsError =>
  new AwsError(
    'ProvisionedThroughputExceededException',
    index === 'table'
      ? 'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.'
      : 'The level of configured provisioned throughput for one or more global secondary indexes of the table was exceeded. Consider increasing your provisioning level for the under-provisioned global secondary indexes with the UpdateTable API',
    400,
    {
      throttlingReasons: [
        {
          reason: `${index === 'table' ? 'Table' : 'Index'}${kind === 'read' ? 'Read' : 'Write'}ProvisionedThroughputExceeded`,
          resource: arn,
        },
      ],
    },
  );
