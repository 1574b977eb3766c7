import type { Item } from './attribute-value.ts';
import { type Consumed, readUnits } from './capacity.ts';
import { dynamoDbLimits } from './limits.ts';
import type { Entry } from './partitions.ts';
import type { IndexDefinition } from './table-definition.ts';

export interface PageRequest {
  readonly entries: Iterable<Entry>;
  readonly limit: number | undefined;
  readonly filter: ((item: Item) => boolean) | undefined;
  readonly project: (item: Item) => Item;
  readonly index: IndexDefinition | undefined;
  /** `base`: a local index lacks attributes that the request wants, so each item is read from the table too. */
  readonly source: 'entry' | 'base';
  readonly consistency: 'strong' | 'eventual';
}

export interface Page {
  readonly items: readonly Item[];
  readonly count: number;
  readonly scannedCount: number;
  /** The last entry read, if there may be more after it. */
  readonly last: Entry | undefined;
  readonly consumed: Consumed;
}

/** Reads entries until the limit or 1 MB is reached; both count what the filter then drops. */
export const readPage = (request: PageRequest): Page => {
  const items: Item[] = [];
  const strong = request.consistency === 'strong';
  let scannedCount = 0;
  let bytes = 0;
  let fetched = 0;
  let last: Entry | undefined;
  let full = false;
  for (const entry of request.entries) {
    if (bytes > dynamoDbLimits.page.most) {
      full = true;
      break;
    }
    last = entry;
    scannedCount++;
    bytes += entry.bytes;
    const source = request.source === 'base' ? (entry.base ?? entry) : entry;
    if (request.source === 'base') fetched += readUnits(source.bytes, strong);
    if (!request.filter || request.filter(source.item)) items.push(request.project(source.item));
    if (scannedCount === request.limit) {
      full = true;
      break;
    }
  }
  const units = readUnits(bytes, strong);
  return {
    items,
    count: items.length,
    scannedCount,
    last: full ? last : undefined,
    consumed: {
      kind: 'read',
      table: request.index ? fetched : units,
      globalIndexes: new Map(request.index?.kind === 'global' ? [[request.index.name, units]] : []),
      localIndexes: new Map(request.index?.kind === 'local' ? [[request.index.name, units]] : []),
    },
  };
};
