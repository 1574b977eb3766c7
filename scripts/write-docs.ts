// Writes the pages that are generated from tables in the code. A test fails while a committed page differs.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeLocalCloud } from '../local/describe.ts';
import { readSupportTables } from '../local/support-tables.ts';

writeFileSync(join(import.meta.dirname, '../docs/local-cloud.md'), describeLocalCloud(readSupportTables()));
