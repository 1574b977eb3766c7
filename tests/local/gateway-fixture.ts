import { startGateway, type Gateway } from '../../local/gateway.ts';
import type { ApiCall, Caller, Service } from '../../local/service.ts';

export const region = 'eu-central-1';
export const accountId = '000000000000';

const callers: Readonly<Record<string, Caller>> = {
  AKIAOPERATOR: { name: 'operator', principal: `arn:aws:iam::${accountId}:user/operator` },
  AKIAFUNCTION: { name: 'route', principal: `arn:aws:sts::${accountId}:assumed-role/route/route` },
};

/** A gateway on a free port that knows the keys AKIAOPERATOR and AKIAFUNCTION. */
export const startTestGateway = (services: readonly Service[] = [], log?: (line: string) => void): Promise<Gateway> =>
  startGateway({
    port: 0,
    host: '127.0.0.1',
    services,
    identify: (accessKeyId) => callers[accessKeyId],
    accountId,
    region,
    ...(log && { log }),
  });

/** What an SDK client needs to reach the gateway as the operator. */
export const clientConfig = (
  endpoint: string,
  accessKeyId = 'AKIAOPERATOR',
): {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
} => ({ endpoint, region, credentials: { accessKeyId, secretAccessKey: 'secret' } });

export interface FakeService extends Service {
  readonly calls: ApiCall[];
}

/** A service that remembers its calls and answers each action with what it was given, a value or a thrown error. */
export const fakeService = (
  name: string,
  answers: Readonly<Record<string, (call: ApiCall) => Record<string, unknown>>>,
): FakeService => {
  const calls: ApiCall[] = [];
  return {
    name,
    actions: new Set(Object.keys(answers)),
    calls,
    call: async (call) => {
      calls.push(call);
      return Promise.resolve(answers[call.action]!(call));
    },
  };
};
