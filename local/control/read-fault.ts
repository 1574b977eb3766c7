import type { ContainerFault, Fault, FaultRule } from '../faults/fault-rule.ts';
import type { FunctionDeath } from '../lambda/execution-environment.ts';
import { readRequest } from './read-request.ts';
import type { RequestReader } from './read-request.ts';

export const faultKinds = [
  'error',
  'throttle',
  'internal-error',
  'latency',
  'drop-request',
  'drop-response',
  'repeat',
  'refuse-entries',
  'ignore-delete',
  'hot-partition',
  'kill-function',
  'container',
] as const satisfies readonly Fault['kind'][];

export const functionDeaths = ['crash', 'timeout', 'out-of-memory'] as const satisfies readonly FunctionDeath[];
export const containerFaults = [
  'hang',
  'crash',
  'out-of-memory',
  'garbage',
  'not-ready',
] as const satisfies readonly ContainerFault[];

/** Most that a fault may delay something: a day. */
const MOST_MS = 86_400_000;

/** A rule as it came over the wire. @throws ControlError for what is malformed; names and sense are checked where it is added */
export const readFaultRule = (request: RequestReader): FaultRule => {
  const rule = {
    service: request.optionalText('service'),
    action: request.optionalText('action'),
    caller: request.optionalTexts('caller'),
    resource: request.optionalText('resource'),
    rate: request.optionalNumber('rate'),
    skip: request.optionalNumber('skip'),
    times: request.optionalNumber('times'),
    seed: request.optionalNumber('seed'),
  };
  const given = Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined));
  return { ...given, fault: readFault(readRequest(request.optionalObject('fault') ?? {})) };
};

const readFault = (request: RequestReader): Fault => {
  const fault = readKind(request);
  request.refuseOthers();
  return fault;
};

const readKind = (request: RequestReader): Fault => {
  const kind = request.choice('kind', faultKinds);
  switch (kind) {
    case 'error': {
      const status = request.optionalNumber('status');
      const message = request.optionalText('message');
      const members = request.optionalObject('members');
      return {
        kind,
        code: request.text('code'),
        ...(status !== undefined && { status }),
        ...(message !== undefined && { message }),
        ...(members !== undefined && { members }),
      };
    }
    case 'latency':
      return { kind, ms: request.count('ms', Number.NaN, MOST_MS) };
    case 'refuse-entries':
      return { kind, share: request.optionalNumber('share') ?? 1 };
    case 'kill-function': {
      const as = request.optionalChoice('as', functionDeaths);
      return { kind, when: request.choice('when', ['before', 'after']), ...(as !== undefined && { as }) };
    }
    case 'hot-partition': {
      const readUnits = request.optionalNumber('readUnits');
      const writeUnits = request.optionalNumber('writeUnits');
      return { kind, ...(readUnits !== undefined && { readUnits }), ...(writeUnits !== undefined && { writeUnits }) };
    }
    case 'container': {
      const ms = request.optionalNumber('ms');
      return { kind, how: request.choice('how', containerFaults), ...(ms !== undefined && { ms }) };
    }
    default:
      return { kind };
  }
};
