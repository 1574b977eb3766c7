import { AwsError } from '../service.ts';

type ErrorOf = readonly [code: string, status: number, message: string];

/** Each service's own words for too many requests, from its API's model; the SDK retries them all. */
const throttling: Readonly<Record<string, ErrorOf>> = {
  sqs: ['RequestThrottled', 403, 'The request was denied due to request throttling.'],
  sns: ['Throttled', 429, 'Rate exceeded'],
  dynamodb: [
    'ThrottlingException',
    400,
    'Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly.',
  ],
  s3: ['SlowDown', 503, 'Please reduce your request rate.'],
  lambda: ['TooManyRequestsException', 429, 'Rate Exceeded.'],
  scheduler: ['ThrottlingException', 429, 'Rate exceeded'],
};
const otherThrottling: ErrorOf = ['ThrottlingException', 400, 'Rate exceeded'];

const internal: Readonly<Record<string, ErrorOf>> = {
  sqs: ['InternalFailure', 500, 'The request processing has failed because of an unknown error, exception or failure.'],
  sns: ['InternalError', 500, 'Internal error'],
  dynamodb: ['InternalServerError', 500, 'Internal server error'],
  s3: ['InternalError', 500, 'We encountered an internal error. Please try again.'],
  events: ['InternalException', 500, 'This exception occurs due to unexpected causes.'],
  lambda: ['ServiceException', 500, 'The Lambda service encountered an internal error.'],
  scheduler: ['InternalServerException', 500, 'Unexpected error encountered while processing the request.'],
};
const otherInternal: ErrorOf = [
  'InternalFailure',
  500,
  'The request processing has failed because of an unknown error, exception or failure.',
];

const errorOf = ([code, status, message]: ErrorOf): AwsError => new AwsError(code, message, status);

export const throttlingOf = (service: string): AwsError => errorOf(throttling[service] ?? otherThrottling);
export const internalErrorOf = (service: string): AwsError => errorOf(internal[service] ?? otherInternal);

/** The connection broke. Over HTTP the client sees that; a service of the local cloud itself sees an internal error. */
export class ConnectionLostError extends AwsError {
  constructor(service: string) {
    const { code, status } = internalErrorOf(service);
    super(code, 'The connection broke before there was an answer.', status);
  }
}
