import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLocalCloud } from '../../local/cloud.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import { FaultRuleError } from '../../local/faults/fault-rule.ts';
import type { FaultRule } from '../../local/faults/fault-rule.ts';
import { queue } from './support/app-parts.ts';
import { removeFolders } from './support/function-folder.ts';
import { functionResources, writtenAssembly } from './support/written-assembly.ts';

let cloud: LocalCloud;

beforeAll(async () => {
  const assembly = writtenAssembly({
    code: { keep: { 'index.mjs': 'export const handler = () => 1;' } },
    resources: { Queue: queue(), ...functionResources('KeepBooks', 'keep') },
  });
  cloud = await startLocalCloud({ assembly, port: 0 });
});

afterAll(async () => {
  await cloud.close();
  removeFolders();
});

const add = (rule: Omit<FaultRule, 'fault'>) => cloud.faults.add({ ...rule, fault: { kind: 'throttle' } });

describe('a fault that names what there is not', () => {
  test.for([
    [{ service: 'dynamo' }, 'there is no service dynamo; did you mean dynamodb?'],
    [{ service: 'sqs', action: 'SendMesage' }, 'there is no action SendMesage of sqs; did you mean SendMessage?'],
    [{ action: 'putitem' }, 'there is no action putitem; did you mean PutItem'],
    [{ caller: 'KeepBook' }, 'nobody here is called KeepBook; did you mean KeepBooks'],
    [{ caller: ['KeepBooks', 'zebra'] }, 'nobody here is called zebra; there are '],
  ] as const)('%j is refused with what is near', ([rule, message]) => {
    expect(() => add(rule)).toThrow(FaultRuleError);
    expect(() => add(rule)).toThrow(message);
    expect(cloud.faults.list()).toEqual([]);
  });

  test('a function that has not run yet, a service and whoever has credentials are callers', () => {
    cloud.credentials('alice');
    for (const caller of ['KeepBooks', 'events.amazonaws.com', 'alice', 'operator']) add({ caller });
    expect(cloud.faults.list()).toHaveLength(4);
    cloud.faults.clear();
  });
});

describe('the list of faults', () => {
  test('tells each rule with the calls that it named and hit, and takes one away by its number', async () => {
    const rule: FaultRule = { service: 'sqs', action: 'ListQueues', times: 1, fault: { kind: 'throttle' } };
    cloud.faults.add(rule);
    cloud.faults.add({ service: 's3', fault: { kind: 'drop-response' } });
    await expect(cloud.call('sqs', 'ListQueues', {})).rejects.toThrow('throttling');
    await cloud.call('sqs', 'ListQueues', {});
    const [first, second] = cloud.faults.list();
    expect(first).toMatchObject({ rule, matched: 1, fired: 1 });
    expect(cloud.faults.remove(first?.id ?? 0)).toBe(true);
    expect(cloud.faults.remove(first?.id ?? 0)).toBe(false);
    expect(cloud.faults.list()).toEqual([second]);
    cloud.faults.clear();
  });
});
