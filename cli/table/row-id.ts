const DIGITS = 9;
const ROW_ID = new RegExp(`^row (\\d{${DIGITS},})$`, 'u');

/** Stands for the id of a ticket that has none; ids sort as their rows do. */
export const rowId = (row: number): string => `row ${String(row).padStart(DIGITS, '0')}`;

/** What a person calls a training ticket: its id, or `row 17`. */
export const ticketName = (ticketId: string): string => {
  const row = ROW_ID.exec(ticketId)?.[1];
  return row === undefined ? ticketId : `row ${Number(row)}`;
};

/** True for a ticket that has no id but its row. */
export const isRowId = (ticketId: string): boolean => ROW_ID.test(ticketId);
