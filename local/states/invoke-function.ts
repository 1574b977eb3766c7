import type { Caller, Dispatch } from '../service.ts';
import { integrationError } from './integration-error.ts';
import { isObject, type Json, textOf } from './json.ts';
import { payloadOf } from './sdk-shapes.ts';
import { StatesError } from './states-error.ts';

export interface Invoked {
  readonly payload: Json;
  readonly statusCode: number;
  readonly executedVersion: string;
}

/** Calls a function and waits for it; a function error becomes an error of the function's own name. */
export const invokeFunction = async (
  dispatch: Dispatch,
  caller: Caller,
  input: Readonly<Record<string, unknown>>,
): Promise<Invoked> => {
  let response: Record<string, unknown>;
  try {
    response = await dispatch({
      caller,
      service: 'lambda',
      action: 'Invoke',
      input: { InvocationType: 'RequestResponse', ...input },
    });
  } catch (error) {
    throw integrationError('optimized', 'lambda', error);
  }
  const payload = payloadOf(response['Payload']);
  if (response['FunctionError'] !== undefined) throw functionError(payload);
  return {
    payload,
    statusCode: Number(response['StatusCode'] ?? 200),
    executedVersion: textOf(response['ExecutedVersion'] ?? '$LATEST'),
  };
};

const functionError = (payload: Json): StatesError => {
  if (isObject(payload) && typeof payload['errorType'] === 'string')
    return new StatesError(payload['errorType'], JSON.stringify(payload));
  return new StatesError(
    'Lambda.Unknown',
    `The cause could not be determined because Lambda did not return an error type. Returned payload: ${JSON.stringify(payload)}`,
  );
};
