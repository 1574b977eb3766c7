import { readTable } from '../table/read-table.ts';
import type { OnLeftOut } from '../table/left-out.ts';
import type { OnNote } from '../table/note.ts';
import { tableColumns } from '../table/table-columns.ts';
import type { TableRow } from '../table/table-row.ts';
import { zendeskRows } from '../table/zendesk-rows.ts';
import { chooseColumns } from './choose-columns.ts';
import type { AskedColumns, HistoryColumns } from './choose-columns.ts';
import { columnsInOrder } from './history-row.ts';

/** How a file is read: by its name, or as what a support tool exports. */
export const FORMATS = ['table', 'zendesk'] as const;
export type HistoryFormat = (typeof FORMATS)[number];

/** A file of tickets of the past, which can be read from its beginning as often as needed. */
export interface HistoryFile {
  readonly file: string;
  readonly columns: HistoryColumns;
  readonly rows: (onNote: OnNote, onLeftOut: OnLeftOut) => AsyncIterable<TableRow>;
}

const ZENDESK: HistoryColumns = { text: ['subject', 'description'], labels: { team: 'group' }, time: 'created_at', id: 'id' };

/** @throws UserError where the file cannot be read, or a column not be found */
export const openHistory = async (file: string, format: HistoryFormat, asked: AskedColumns): Promise<HistoryFile> => {
  if (format === 'zendesk') {
    const columns: HistoryColumns = {
      text: asked.text ?? ZENDESK.text,
      labels: asked.label ?? ZENDESK.labels,
      time: asked.withoutTimes === true ? undefined : (asked.time ?? ZENDESK.time),
      id: asked.id ?? ZENDESK.id,
    };
    const names = columnsInOrder(columns);
    return { file, columns, rows: (onNote, onLeftOut) => zendeskRows(file, names, onNote, onLeftOut) };
  }
  const columns = chooseColumns(file, await tableColumns(file), asked);
  const names = columnsInOrder(columns);
  return { file, columns, rows: (onNote, onLeftOut) => readTable(file, names, onNote, onLeftOut) };
};
