import { Option } from 'commander';
import type { Command } from 'commander';
import type { Answered, StatusView } from '@signalbox/local-cloud/control/operations.ts';
import { addLeaf, print } from './leaf.ts';
import type { JsonFlag } from './leaf.ts';
import { columns, facts } from './print.ts';
import { askCloud } from './surroundings.ts';
import type { Surroundings } from './surroundings.ts';

export const addStatusCommand = (local: Command, around: Surroundings): void => {
  addLeaf(local, {
    usage: 'status',
    description: 'the local cloud that runs, and how much of what is in it',
    examples: ['local status', 'local status --json'],
  }).action(async (flags: JsonFlag) => {
    const status = await askCloud(around, 'status', {});
    print(around.writeOut, flags, status, () => statusText(status));
  });
};

const statusText = (status: StatusView): string =>
  facts([
    ['endpoint', `${status.endpoint} (${status.region})`],
    ['process', String(status.pid)],
    ['its clock says', status.now],
    ['queues', `${status.queues}, with ${status.messages} messages`],
    ['tables', `${status.tables}, with ${status.items} items`],
    ['buckets', status.buckets],
    ['functions', `${status.functions}, ${status.invocationsRunning} running`],
    ['endpoints', status.endpoints],
    ['training jobs running', status.trainingJobsRunning],
    ['executions running', status.executionsRunning],
    ['AWS calls', status.calls],
    ['refused by IAM', status.refusals],
    ['faults', status.faults],
  ]);

export const addCallsCommand = (local: Command, around: Surroundings): void => {
  addLeaf(local, {
    usage: 'calls',
    description: 'AWS calls since the start, the most frequent first',
    examples: ['local calls', 'local calls --by caller'],
  })
    .addOption(new Option('--by <what>', 'add up').choices(['caller', 'action']))
    .action(async ({ by, ...flags }: JsonFlag & { readonly by?: 'caller' | 'action' }) => {
      const calls = await askCloud(around, 'calls', {});
      if (by === undefined) {
        const sorted = calls.toSorted((a, b) => b.count - a.count);
        const rows = sorted.map((each) => [each.caller, `${each.service}:${each.action}`, each.count, each.bytesIn]);
        return print(around.writeOut, flags, sorted, () => columns(['caller', 'action', 'calls', 'bytes in'], rows));
      }
      const sums = addUp(calls, by);
      const rows = sums.map((each) => [each.name, each.count, each.bytesIn]);
      const named = sums.map(({ name, count, bytesIn }) => ({ [by]: name, count, bytesIn }));
      return print(around.writeOut, flags, named, () => columns([by, 'calls', 'bytes in'], rows));
    });
};

interface Sum {
  readonly name: string;
  readonly count: number;
  readonly bytesIn: number;
}

const addUp = (calls: Answered<'calls'>, by: 'caller' | 'action'): readonly Sum[] => {
  const groups = Map.groupBy(calls, ({ caller, service, action }) => (by === 'caller' ? caller : `${service}:${action}`));
  return Array.from(groups, ([name, group]) => ({
    name,
    count: group.reduce((sum, { count }) => sum + count, 0),
    bytesIn: group.reduce((sum, { bytesIn }) => sum + bytesIn, 0),
  })).toSorted((a, b) => b.count - a.count);
};

export const addRefusalsCommand = (local: Command, around: Surroundings): void => {
  addLeaf(local, {
    usage: 'refusals',
    description: "what the stacks' policies refused, the oldest first",
    examples: ['local refusals'],
  }).action(async (flags: JsonFlag) => {
    const refusals = await askCloud(around, 'refusals', {});
    print(around.writeOut, flags, refusals, () =>
      refusals.length === 0 ? 'nothing was refused' : refusals.map(({ message }) => message).join('\n'),
    );
  });
};
