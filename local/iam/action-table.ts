import { UnsupportedError } from '../service.ts';
import type { ApiCall } from '../service.ts';
import type { MappingPlace, Requirement, ServiceMappings } from './action-mapping.ts';
import { lambdaActions, schedulerActions, statesActions } from './actions/compute.ts';
import { dynamodbActions } from './actions/dynamodb.ts';
import { eventsActions, snsActions } from './actions/messaging.ts';
import { s3Actions } from './actions/s3.ts';
import { sagemakerActions } from './actions/sagemaker.ts';
import { sqsActions } from './actions/sqs.ts';

/** What each API call is authorised as, by service and API action. */
export const actionTable: Readonly<Record<string, ServiceMappings>> = {
  sqs: sqsActions,
  dynamodb: dynamodbActions,
  s3: s3Actions,
  sns: snsActions,
  events: eventsActions,
  lambda: lambdaActions,
  states: statesActions,
  scheduler: schedulerActions,
  sagemaker: sagemakerActions,
  // Everybody may ask who he is.
  sts: { GetCallerIdentity: () => [] },
};

/** @throws UnsupportedError for an action that stands in no table: it must not pass unchecked */
export const requirementsOf = ({ service, action, input }: ApiCall, place: MappingPlace): readonly Requirement[] => {
  const actions = Object.hasOwn(actionTable, service) ? actionTable[service] : undefined;
  const mapping = actions && Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (!mapping) throw new UnsupportedError(`The local cloud does not know which permission ${service}:${action} needs.`);
  return mapping(input, place);
};
