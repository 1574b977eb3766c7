import type { Service } from '../../local/service.ts';
import { MODELS_TABLE, QUARANTINE_TABLE, TICKETS_TABLE, TOPICS_TABLE } from './table-definitions.ts';
import { startTestCloud } from './test-cloud.ts';
import type { TestCloud } from './test-cloud.ts';
import { NOW_MS } from './ticket-events.ts';

/**
 * An endpoint with the journey's empty tables and bucket, closed when the test is over.
 * @param services that are there besides DynamoDB and S3
 */
export const startJourneyCloud = (services: readonly Service[] = []): Promise<TestCloud> =>
  startTestCloud({ nowMs: NOW_MS, tables: [TICKETS_TABLE, TOPICS_TABLE, QUARANTINE_TABLE, MODELS_TABLE], services });
