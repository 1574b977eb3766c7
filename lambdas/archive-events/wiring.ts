import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { s3Client } from '../../adapters/clients.ts';
import { s3EventLogWriter } from '../../adapters/s3/event-log.ts';
import { createArchiveEvents } from '../../core/archive/archive-events.ts';
import { environmentSchema } from './environment.ts';

const environment = environmentSchema.parse(process.env);

export const logger = new Logger();
export const metrics = new Metrics();
export const archiveEvents = createArchiveEvents({
  log: s3EventLogWriter({ client: s3Client(), bucket: environment.DATA_BUCKET }),
});
