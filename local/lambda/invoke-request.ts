import { randomUUID } from 'node:crypto';
import { isWithin } from '../limit.ts';
import { AwsError, UnsupportedError } from '../service.ts';
import type { ApiCall } from '../service.ts';
import type { Invocation } from './execution-environment.ts';
import { lambdaLimits } from './limits.ts';
import type { LogRing } from './log-ring.ts';

/** A function is named by its name, its ARN or a part of it, each with or without a version; only `$LATEST` exists. */
export const nameOf = (nameOrArn: string): string => {
  const parts = nameOrArn.split(':');
  const at = parts.indexOf('function');
  const [name = nameOrArn, qualifier] = at >= 0 ? parts.slice(at + 1) : parts;
  if (qualifier !== undefined && qualifier !== '$LATEST') {
    throw new UnsupportedError(`${nameOrArn} names a version or alias; the local cloud has $LATEST only`);
  }
  return name;
};

/** @throws AwsError for a payload that is too large, or no JSON */
export const readInvocation = (input: ApiCall['input'], type: string): Invocation => {
  const event = payloadOf(input['Payload']);
  const limit = type === 'Event' ? lambdaLimits.asyncRequest : lambdaLimits.request;
  if (!isWithin(limit, Buffer.byteLength(event))) {
    const message = `Request must be smaller than ${limit.most} bytes for the InvokeFunction operation`;
    throw new AwsError(limit.beyond.error, message, 413, { Type: 'User' });
  }
  try {
    JSON.parse(event);
  } catch (error) {
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${String(error)}`, 400, {
      Type: 'User',
    });
  }
  const context = input['ClientContext'];
  return {
    requestId: randomUUID(),
    event,
    ...(typeof context === 'string' && { clientContext: Buffer.from(context, 'base64').toString() }),
  };
};

const payloadOf = (payload: unknown): string => {
  if (typeof payload === 'string') return payload || '{}';
  if (payload instanceof Uint8Array && payload.length > 0) return Buffer.from(payload).toString();
  return '{}';
};

/** The last 4 KB, as the API returns them. */
export const tailOf = (logs: LogRing): string => Buffer.from(logs.lines().join('\n')).subarray(-4096).toString('base64');
