// Writes the schemas of all events. A test fails while a committed one differs.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemaFiles } from './schemas/schema-files.ts';

for (const [name, text] of schemaFiles()) writeFileSync(join(import.meta.dirname, '../schemas', name), text);
