import http from 'node:http';
import { isObject } from '../assembly/json.ts';
import { CONTROL_PATH } from './control-path.ts';
import { ControlError } from './errors.ts';
import type { Asked, Answered, OperationName } from './operations.ts';
import type { RunningCloud } from './running-file.ts';

/** Thrown where nobody answers, or somebody who does not know the token: the local cloud has gone. */
export class GoneError extends Error {
  override readonly name = 'GoneError';
  readonly retryable = false;
}

/** A running local cloud, asked from outside. */
export interface ControlClient {
  /** @throws ControlError with the local cloud's sentence, GoneError */
  readonly ask: <Name extends OperationName>(operation: Name, asked: Asked<Name>) => Promise<Answered<Name>>;
}

export const createControlClient = ({ endpoint, token }: Pick<RunningCloud, 'endpoint' | 'token'>): ControlClient => ({
  ask: async <Name extends OperationName>(operation: Name, asked: Asked<Name>) => {
    const { status, body } = await post(`${endpoint}${CONTROL_PATH}${operation}`, token, JSON.stringify(asked));
    const answer = parse(body);
    // The file that names the endpoint says that both sides are of one version.
    if (status === 200 && answer !== undefined) return answer as Answered<Name>;
    const sentence = isObject(answer) && typeof answer['error'] === 'string' ? answer['error'] : undefined;
    if (status === 401 || sentence === undefined) throw new GoneError(`${endpoint} is not this local cloud any more`);
    throw new ControlError(sentence, status);
  },
});

/** Not `fetch`, which gives up after five minutes: weeks of the clock may take longer. */
const post = (url: string, token: string, body: string): Promise<{ readonly status: number; readonly body: string }> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const request = http.request(url, { method: 'POST', headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 500, body: Buffer.concat(chunks).toString() }));
    });
    request.on('error', (error) => reject(new GoneError(`nobody answers at ${url}: ${error.message}`, { cause: error })));
    request.end(body);
  });

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};
