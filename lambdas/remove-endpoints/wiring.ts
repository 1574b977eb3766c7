import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { schedulerClient, sageMakerClient, stepFunctionsClient } from '../../adapters/clients.ts';
import { answerCustomResource } from '../../adapters/cloudformation/custom-resource.ts';
import { sageMakerServingResources } from '../../adapters/sagemaker/endpoints.ts';
import { disableSchedule } from '../../adapters/scheduler/disable-schedule.ts';
import { stopExecutions } from '../../adapters/step-functions/stop-executions.ts';
import { removeEndpoints } from '../../core/retrain/remove-endpoints.ts';
import { environmentSchema } from './environment.ts';

const environment = environmentSchema.parse(process.env);

export const logger = new Logger();
/** The id is the same for every deployment: another one would be a replacement, and would delete what is live. */
export const answer = answerCustomResource({ physicalResourceId: 'signalbox-endpoints', fetch });
export const remove = removeEndpoints({
  runs: {
    disableSchedule: disableSchedule({ client: schedulerClient(), name: environment.SCHEDULE_NAME }),
    stopAll: stopExecutions({ client: stepFunctionsClient(), stateMachineArn: environment.STATE_MACHINE_ARN }),
  },
  servingResources: sageMakerServingResources({
    client: sageMakerClient(),
    prefixes: [environment.ROUTING_ENDPOINT_PREFIX, environment.CLUSTERING_ENDPOINT_PREFIX],
  }),
  sleep: (ms) => sleep(ms),
});
