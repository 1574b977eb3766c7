// Writes the pages, and parts of pages, that are generated. A test fails while a committed one differs.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { synthesize } from '../cli/start/synthesize.ts';
import { describeLocalCloud } from '../local/describe.ts';
import { readSupportTables } from '../local/support-tables.ts';
import { withPart } from './generated-part.ts';
import { describePermissions } from './permissions/describe-permissions.ts';
import type { Template } from './permissions/template.ts';

const DOCS = join(import.meta.dirname, '../docs');
const STAGE = 'prod';

const templates = async (): Promise<readonly Template[]> => {
  const assembly = await synthesize(STAGE);
  return ['stateful', 'journey'].map((stack): Template =>
    JSON.parse(readFileSync(join(assembly, `signalbox-${STAGE}-${stack}.template.json`), 'utf8')),
  );
};

writeFileSync(join(DOCS, 'local-cloud.md'), describeLocalCloud(readSupportTables()));

const security = join(DOCS, 'security.md');
writeFileSync(security, withPart(readFileSync(security, 'utf8'), 'permissions', describePermissions(await templates())));
