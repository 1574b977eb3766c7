import { csvColumns } from './csv-rows.ts';
import { jsonlColumns } from './jsonl-rows.ts';
import { openFile } from './open-file.ts';

/**
 * Names of a file's columns, or of the fields that its first lines have.
 * @throws UserError saying what is wrong with the file and what to do
 */
export const tableColumns = async (file: string): Promise<readonly string[]> => {
  // Whatever there is to note is told when the file is read as a whole.
  const { format, content } = await openFile(file, () => undefined);
  return format === 'csv' ? csvColumns(file, content) : jsonlColumns(file, content);
};
