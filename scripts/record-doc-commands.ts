import { readFileSync, writeFileSync } from 'node:fs';
import { withOutputs } from './doc-commands.ts';
import { runDocCommands } from './run-doc-commands.ts';

// `node scripts/record-doc-commands.ts docs/routing.md` runs the page's commands and writes what they print into it.
for (const path of process.argv.slice(2)) {
  const page = readFileSync(path, 'utf8');
  writeFileSync(path, withOutputs(page, await runDocCommands(page)));
}
