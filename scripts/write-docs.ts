// Writes the pages, and parts of pages, that are generated. A test fails while a committed one differs.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { synthesize } from '../cli/start/synthesize.ts';
import { describeLocalCloud } from '../local/describe.ts';
import { readSupportTables } from '../local/support-tables.ts';
import { describeCost } from './describe-cost.ts';
import { describeStacks } from './describe-stacks.ts';
import { withPart } from './generated-part.ts';
import { describePermissions } from './permissions/describe-permissions.ts';
import type { Template } from './permissions/template.ts';

const DOCS = join(import.meta.dirname, '../docs');
const STAGE = 'prod';

const stackOf = (assembly: string, name: string): Template =>
  JSON.parse(readFileSync(join(assembly, `signalbox-${STAGE}-${name}.template.json`), 'utf8'));

const rewrite = (name: string, parts: Readonly<Record<string, string>>): void => {
  const page = join(DOCS, name);
  const written = Object.entries(parts).reduce((text, [part, body]) => withPart(text, part, body), readFileSync(page, 'utf8'));
  writeFileSync(page, written);
};

writeFileSync(join(DOCS, 'local-cloud.md'), describeLocalCloud(readSupportTables()));

const assembly = await synthesize(STAGE);
const stateful = stackOf(assembly, 'stateful');
const journey = stackOf(assembly, 'journey');
rewrite('security.md', { permissions: describePermissions([stateful, journey]) });
rewrite('deploy.md', { cost: describeCost(), created: describeStacks({ stateful, journey }) });
