import { dayOf } from '../../core/days.ts';
import type { FactType } from '../../core/archive/stored-facts.ts';
import { toItem } from './attributes.ts';
import type { Item } from './attributes.ts';

/** Index of the tickets table: partition `factHour`, sort `factId`. Only decisions and outcomes stand in it. */
export const FACT_HOUR_INDEX = 'by-fact-hour';

/** A partition takes 1,000 writes a second; four of them an hour are far beyond what is routed in one. */
const SHARDS = 4;
const HOUR_MS = 3_600_000;

/** What puts an item into the index: the hour in which it is stored, and the id of the event that tells of it. */
export const factAttributes = (type: FactType, id: string, storedAtMs: number): Item =>
  toItem({ factHour: shardOf(hourOf(storedAtMs), shard(id)), factId: `${type}#${id}` });

/** The partitions of a day, those of an hour together, the earliest hour first. */
export const partitionsOf = (day: string): readonly (readonly string[])[] =>
  Array.from({ length: 24 }, (_, hour) =>
    Array.from({ length: SHARDS }, (_unused, n) => shardOf(hourOf(Date.parse(day) + hour * HOUR_MS), n)),
  );

const hourOf = (ms: number): string => `${dayOf(ms)}T${new Date(ms).toISOString().slice(11, 13)}`;

const shardOf = (hour: string, n: number): string => `${hour}#${n}`;

/** FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv: spreads ids evenly, and the same id always to the same shard. */
const shard = (id: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % SHARDS;
};
