import { randomUUID } from 'node:crypto';
import type { Caller } from '../service.ts';
import { integrationError } from './integration-error.ts';
import { invokeFunction } from './invoke-function.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { type Integration, SDK_SERVICES, type ServiceIntegration } from './resource.ts';
import { iso, type Frame, type Runtime } from './runtime.ts';
import { payloadOf, requestOf, responseOf } from './sdk-shapes.ts';
import { StatesError } from './states-error.ts';

export interface TaskCall {
  readonly runtime: Runtime;
  readonly frame: Frame;
  readonly caller: Caller;
  readonly args: Json;
}

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const asMs = (ms: number): Json => ms;

/** Makes the call of a Task and returns the service's answer; a `.sync` Task then waits by itself. */
export const callIntegration = async (integration: Integration, call: TaskCall): Promise<Json> => {
  const { runtime, caller, args } = call;
  if (integration.kind === 'function') {
    const Payload = Buffer.from(JSON.stringify(args), 'utf8');
    return (await invokeFunction(runtime.dispatch, caller, { FunctionName: integration.arn, Payload })).payload;
  }
  if (integration.kind === 'optimized' && integration.service === 'lambda') {
    const input = requestOf('lambda', args);
    const { payload, statusCode, executedVersion } = await invokeFunction(runtime.dispatch, caller, input);
    return { ExecutedVersion: executedVersion, Payload: payload, StatusCode: statusCode };
  }
  if (integration.kind === 'sdk') return await callService(integration, call, args);
  const answer = await callService(integration, call, prepare(integration, call));
  if (integration.service === 'events' && isObject(answer) && Number(answer['FailedEntryCount'] ?? 0) > 0) {
    throw new StatesError('EventBridge.FailedEntry', JSON.stringify(answer));
  }
  return answer;
};

const callService = async (integration: ServiceIntegration, call: TaskCall, args: Json): Promise<Json> => {
  const { kind, action } = integration;
  const service = kind === 'sdk' ? (SDK_SERVICES[integration.service] ?? integration.service) : integration.service;
  try {
    const response = await call.runtime.dispatch({
      caller: call.caller,
      service,
      action: capital(action),
      input: requestOf(service, args),
    });
    const answer = responseOf(service, response, kind === 'sdk' ? iso : asMs);
    // AWS SDK integrations give a function's payload back as the text that it is.
    return answer;
  } catch (error) {
    throw integrationError(kind, integration.service, error);
  }
};

/** Optimized integrations take JSON where the API takes text, and add what AWS adds. */
const prepare = ({ service, action }: ServiceIntegration, { args, frame }: TaskCall): Json => {
  if (!isObject(args)) return args;
  if (service === 'sqs') return textMember(args, 'MessageBody');
  if (service === 'sns') return textMember(args, 'Message');
  if (service === 'states' && action === 'startExecution')
    return textMember({ Name: randomUUID(), Input: '{}', ...args }, 'Input');
  if (service !== 'events' || !Array.isArray(args['Entries'])) return args;
  const { execution } = frame;
  const entries = args['Entries'].map((entry: Json) => {
    if (!isObject(entry)) return entry;
    const given: Json | undefined = entry['Resources'];
    const resources: readonly Json[] = Array.isArray(given) ? given : [];
    return { ...textMember(entry, 'Detail'), Resources: [...resources, execution.arn, execution.machine.arn] };
  });
  return { ...args, Entries: entries };
};

const textMember = (args: JsonObject, name: string): JsonObject => {
  const value = args[name];
  return value === undefined || typeof value === 'string' ? args : { ...args, [name]: JSON.stringify(value) };
};

/** The text of a member as JSON again. */
export const parsedMember = (args: JsonObject, name: string): JsonObject =>
  args[name] === undefined ? args : { ...args, [name]: payloadOf(args[name]) };
