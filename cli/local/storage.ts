import type { Command } from 'commander';
import type { ItemsView, ObjectsView, QueueView, TableView } from '@signalbox/local-cloud/control/operations.ts';
import { addLeaf, print } from './leaf.ts';
import type { JsonFlag } from './leaf.ts';
import { collectKey, given, parseCount } from './parse.ts';
import { plainItem } from './plain-item.ts';
import { columns, counted, oneLine, time } from './print.ts';
import type { Cell } from './print.ts';
import { askCloud } from './surroundings.ts';
import type { Surroundings } from './surroundings.ts';

/** Longest part of a message's body that is shown; --json has all of it. */
const BODY_SHOWN = 160;

export const addQueuesCommand = (local: Command, around: Surroundings): void => {
  addLeaf(local, {
    usage: 'queues [name]',
    description: 'what waits in each queue; with a name, an output or a part of one, the messages, without receiving them',
    examples: ['local queues', 'local queues tickets --max 5'],
  })
    .option('--max <count>', 'messages shown', parseCount, 10)
    .action(async (name: string | undefined, flags: JsonFlag & { readonly max: number }) => {
      if (name === undefined) {
        const queues = await askCloud(around, 'queues', {});
        const rows = queueRows(queues);
        return print(around.writeOut, flags, queues, () =>
          columns(['output', 'visible', 'in flight', 'delayed', 'queue', 'dead letters of'], rows),
        );
      }
      const queue = await askCloud(around, 'messages', { queue: name, max: flags.max });
      const { visible, inFlight, delayed, messages } = queue;
      const all = visible + inFlight + delayed;
      return print(around.writeOut, flags, queue, () =>
        [
          `${queue.name}: ${visible} visible, ${inFlight} in flight, ${delayed} delayed`,
          ...messages.map(
            ({ id, state, sentAt, receiveCount, body }) =>
              `${time(sentAt)}  ${state.padEnd(9)}  received ${counted(receiveCount, 'time')}  ${id}\n  ${oneLine(body, BODY_SHOWN)}`,
          ),
          ...(all > messages.length ? [`… and ${all - messages.length} more; see --max`] : []),
        ].join('\n'),
      );
    });
};

/** Synthesized names are long: what the stacks' outputs call a queue comes first. */
const queueRows = (queues: readonly QueueView[]): readonly (readonly Cell[])[] => {
  const shortOf = new Map(queues.map(({ name, outputs }) => [name, outputs[0] ?? name]));
  return queues.map(({ name, outputs, visible, inFlight, delayed, deadLettersOf }) => [
    outputs.join(', '),
    visible,
    inFlight,
    delayed,
    name,
    deadLettersOf.map((source) => shortOf.get(source) ?? source).join(', '),
  ]);
};

interface TablesFlags extends JsonFlag {
  readonly key?: Readonly<Record<string, string>>;
  readonly max: number;
  readonly after?: string;
}

export const addTablesCommand = (local: Command, around: Surroundings): void => {
  addLeaf(local, {
    usage: 'tables [name]',
    description: 'the tables; with a name, an output or a part of one, its items',
    examples: ['local tables', 'local tables tickets --max 2', 'local tables tickets --key pk=ticket#T-000361 --key sk=state'],
  })
    .option('--key <name=value>', 'items with that value of a key attribute; may be repeated', collectKey)
    .option('--max <count>', 'items a page', parseCount, 25)
    .option('--after <place>', 'go on where the page before ended')
    .action(async (name: string | undefined, { key, max, after, ...flags }: TablesFlags) => {
      if (name === undefined) {
        const tables = await askCloud(around, 'tables', {});
        return print(around.writeOut, flags, tables, () => tablesText(tables));
      }
      const page = await askCloud(around, 'items', { table: name, max, ...given({ key, after }) });
      return print(around.writeOut, flags, page, () => itemsText(page));
    });
};

const tablesText = (tables: readonly TableView[]): string =>
  columns(
    ['output', 'items', 'bytes', 'read units', 'write units', 'table', 'key', 'indexes'],
    tables.map(({ name, outputs, items, bytes, key, indexes, readUnits, writeUnits }) => [
      outputs.join(', '),
      items,
      bytes,
      readUnits,
      writeUnits,
      name,
      key.join(', '),
      indexes.map((index) => `${index.name} (${index.key.join(', ')})`).join(' '),
    ]),
  );

const itemsText = ({ table, items, after }: ItemsView): string =>
  [
    `${table}: ${counted(items.length, 'item')}${after === undefined ? '' : ' of this page'}`,
    ...items.map((item) => JSON.stringify(plainItem(item))),
    ...(after === undefined ? [] : [`the next page: --after ${after}`]),
  ].join('\n');

export const addObjectsCommand = (local: Command, around: Surroundings): void => {
  addLeaf(local, {
    usage: 'objects [bucket] [prefix]',
    description: 'the buckets; with a name, an output or a part of one, its objects',
    examples: ['local objects', 'local objects data events/'],
  })
    .option('--max <count>', 'objects a page', parseCount, 100)
    .option('--after <key>', 'go on after that key')
    .action(
      async (
        bucket: string | undefined,
        prefix: string | undefined,
        { max, after, ...flags }: JsonFlag & { readonly max: number; readonly after?: string },
      ) => {
        if (bucket === undefined) {
          const buckets = await askCloud(around, 'buckets', {});
          const rows = buckets.map(({ name, outputs, objects, bytes }) => [outputs.join(', '), objects, bytes, name]);
          return print(around.writeOut, flags, buckets, () => columns(['output', 'objects', 'bytes', 'bucket'], rows));
        }
        const page = await askCloud(around, 'objects', { bucket, max, ...given({ prefix, after }) });
        return print(around.writeOut, flags, page, () => objectsText(page));
      },
    );
};

const objectsText = ({ bucket, objects, after }: ObjectsView): string => {
  if (objects.length === 0) return `${bucket}: no objects`;
  const rows = objects.map(({ key, sizeBytes }) => [sizeBytes, key]);
  return `${columns(['bytes', `key in ${bucket}`], rows)}${after === undefined ? '' : `\nthe next page: --after ${after}`}`;
};
