import type { ApiCall, Dispatch, Service } from '../service.ts';
import { refuse } from './protocol.ts';

/** How often a caller asked for an action since the start, and how many bytes of request bodies came over HTTP for it. */
export interface CallCount {
  readonly caller: string;
  readonly service: string;
  readonly action: string;
  readonly count: number;
  readonly bytesIn: number;
}

export interface Dispatcher {
  readonly dispatch: Dispatch;
  /** As `dispatch`, for a call whose request body was read from the wire. */
  readonly dispatchMeasured: (call: ApiCall, bytesIn: number) => Promise<Record<string, unknown>>;
  readonly register: (service: Service) => void;
  readonly counts: () => readonly CallCount[];
  /** What is answered, by service. */
  readonly actions: () => ReadonlyMap<string, ReadonlySet<string>>;
}

/** What stands between a call that is known and the service that answers it. */
export type Around = (call: ApiCall, proceed: Dispatch) => Promise<Record<string, unknown>>;

/** The one path that every call takes, over HTTP or not: counting stands here, authorisation and faults come in by `around`. */
export const createDispatcher = (services: readonly Service[], around: Around = (call, proceed) => proceed(call)): Dispatcher => {
  const byName = new Map<string, Service>();
  const counts = new Map<string, { -readonly [K in keyof CallCount]: CallCount[K] }>();

  const register = (service: Service): void => {
    if (byName.has(service.name)) throw new Error(`Two engines call themselves ${service.name}; a service has one.`);
    byName.set(service.name, service);
  };
  for (const service of services) register(service);

  const count = ({ caller, service, action }: ApiCall, bytesIn: number): void => {
    const key = `${caller.name}\n${service}\n${action}`;
    const counted = counts.get(key);
    if (counted) {
      counted.count += 1;
      counted.bytesIn += bytesIn;
    } else {
      counts.set(key, { caller: caller.name, service, action, count: 1, bytesIn });
    }
  };

  const dispatchMeasured = async (call: ApiCall, bytesIn: number): Promise<Record<string, unknown>> => {
    count(call, bytesIn);
    const service = byName.get(call.service);
    if (!service?.actions.has(call.action)) throw refuse(call.service, call.action);
    return around(call, (passed) => service.call(passed));
  };

  return {
    dispatch: (call) => dispatchMeasured(call, 0),
    dispatchMeasured,
    register,
    actions: () => new Map(Array.from(byName, ([name, service]) => [name, service.actions])),
    counts: () => [...counts.values()].map((counted) => ({ ...counted })),
  };
};
