import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { s3Client } from '../../adapters/clients.ts';
import { lineShelf } from '../../adapters/files/line-shelf.ts';
import { declaredLabels } from '../../adapters/labels/declared-labels.ts';
import { readEncodedHistory } from '../../adapters/s3/encoded-history.ts';
import { s3EventLogScan } from '../../adapters/s3/event-log.ts';
import { s3Snapshots } from '../../adapters/s3/snapshots.ts';
import { takeSnapshot } from '../../core/retrain/take-snapshot.ts';
import { environmentSchema } from './environment.ts';

const environment = environmentSchema.parse(process.env);
const data = { client: s3Client(), bucket: environment.DATA_BUCKET };

export const logger = new Logger();
export const metrics = new Metrics();
export const snapshot = takeSnapshot({
  eventLog: s3EventLogScan(data),
  snapshots: s3Snapshots(data),
  openShelf: lineShelf,
  windowDays: environment.TRAINING_WINDOW_DAYS,
  labels: declaredLabels(import.meta.dirname),
  encoder: {
    name: environment.ENCODER_NAME,
    hash: environment.ENCODER_HASH,
    msPerTicket: environment.ENCODER_MS_PER_TICKET,
  },
  encodedHistory: () => readEncodedHistory(data, environment.CHECKPOINT_PREFIX),
});
