import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, StorageClass } from 'aws-cdk-lib/aws-s3';
import type { BucketProps, LifecycleRule } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface DataBucketProps {
  /** What happens to the buckets and the key when their stack is deleted. `DESTROY` also empties the buckets. */
  readonly removalPolicy: RemovalPolicy;
  /** Quarantined bodies and whole texts are deleted after this many days. */
  readonly ticketRetentionDays: number;
}

/** A snapshot is a copy of the event log; its training can be looked into for this long. */
const SNAPSHOT_DAYS = 90;
/** What was encoded is taken up by the next weekly trainings, and goes with encoders and tickets that are no longer there. */
const CHECKPOINT_DAYS = 90;
/** After a mistaken deletion or overwrite there is this long to notice. */
const NONCURRENT_DAYS = 30;
/** A training reads the whole window once a week; older days are hardly read. */
const EVENTS_INFREQUENT_ACCESS_DAYS = 90;
const ACCESS_LOG_DAYS = 90;

/** Events, snapshots, models, texts and quarantined bodies, encrypted with a key of our own. */
export class DataBucket extends Construct {
  readonly bucket: Bucket;
  readonly key: Key;

  constructor(scope: Construct, id: string, props: DataBucketProps) {
    super(scope, id);
    const shared = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: props.removalPolicy,
      autoDeleteObjects: props.removalPolicy === RemovalPolicy.DESTROY,
    } satisfies BucketProps;

    this.key = new Key(this, 'Key', {
      description: 'Encrypts the event log, snapshots, models and texts of Signalbox',
      enableKeyRotation: true,
      removalPolicy: props.removalPolicy,
    });
    const accessLogs = new Bucket(this, 'AccessLogs', {
      ...shared,
      // S3 delivers access logs to buckets with its own keys only.
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ expiration: Duration.days(ACCESS_LOG_DAYS), abortIncompleteMultipartUploadAfter: Duration.days(7) }],
    });
    this.bucket = new Bucket(this, 'Bucket', {
      ...shared,
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      versioned: true,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'data/',
      lifecycleRules: lifecycleRules(props.ticketRetentionDays),
    });
  }
}

const lifecycleRules = (ticketRetentionDays: number): LifecycleRule[] => [
  { id: 'snapshots', prefix: 'snapshots/', expiration: Duration.days(SNAPSHOT_DAYS) },
  { id: 'checkpoints', prefix: 'checkpoints/', expiration: Duration.days(CHECKPOINT_DAYS) },
  { id: 'quarantine', prefix: 'quarantine/', expiration: Duration.days(ticketRetentionDays) },
  { id: 'texts', prefix: 'texts/', expiration: Duration.days(ticketRetentionDays) },
  {
    id: 'events',
    prefix: 'events/',
    transitions: [
      { storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(EVENTS_INFREQUENT_ACCESS_DAYS) },
    ],
  },
  {
    id: 'leftovers',
    noncurrentVersionExpiration: Duration.days(NONCURRENT_DAYS),
    abortIncompleteMultipartUploadAfter: Duration.days(7),
    expiredObjectDeleteMarker: true,
  },
];
