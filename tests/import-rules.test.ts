import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';

const ROOT = resolve(import.meta.dirname, '..');
const FOLDERS = ['bin', 'lib', 'lambdas', 'core', 'adapters', 'model', 'container', 'local', 'cli', 'samples', 'bench'];

const resultSchema = z.object({
  summary: z.object({
    totalCruised: z.number(),
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

const cruise = (cwd: string, folders: readonly string[]): Promise<z.infer<typeof resultSchema>['summary']> =>
  new Promise((done, failed) => {
    const bin = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
    const args = [bin, '--config', join(ROOT, '.dependency-cruiser.json'), '--output-type', 'json', ...folders];
    execFile(process.execPath, args, { cwd, maxBuffer: 256 * 1024 * 1024 }, (error, stdout) => {
      const parsed = resultSchema.safeParse(JSON.parse(stdout || 'null'));
      if (parsed.success) done(parsed.data.summary);
      else failed(error ?? parsed.error);
    });
  });

/** A small tree with one import in it. */
const plant = async (from: string, to: string): Promise<string> => {
  const root = await mkdtemp(join(tmpdir(), 'signalbox-imports-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const specifier = to.startsWith('node:') ? to : `${'../'.repeat(from.split('/').length - 1)}${to}`;
  const files: Record<string, string> = { [from]: `import * as planted from '${specifier}';\nexport const used = planted;\n` };
  if (!to.startsWith('node:')) files[to] = 'export const it = 1;\n';
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
};

test('no folder imports what it may not', async () => {
  const { totalCruised, violations } = await cruise(ROOT, FOLDERS);
  // A parser that cannot read TypeScript sees no modules and finds nothing wrong.
  expect(totalCruised).toBeGreaterThan(300);
  expect(violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
});

test.for([
  ['core/route/planted.ts', 'node:fs', 'core-is-pure'],
  ['core/route/planted.ts', 'adapters/clients.ts', 'core-is-pure'],
  ['adapters/planted.ts', 'lambdas/a/handler.ts', 'adapters'],
  ['lambdas/a/planted.ts', 'lambdas/b/handler.ts', 'lambda-to-lambda'],
  ['lambdas/a/planted.ts', 'local/cloud.ts', 'lambdas'],
  ['lib/planted.ts', 'lambdas/a/handler.ts', 'lib-has-no-domain'],
  ['model/planted.ts', 'node:http', 'model-knows-no-http'],
  ['container/planted.ts', 'adapters/clients.ts', 'container'],
  ['local/planted.ts', 'core/clock.ts', 'local-knows-nothing-of-tickets'],
  ['cli/planted.ts', 'lib/stages.ts', 'cli'],
  ['bench/planted.ts', 'lib/stages.ts', 'samples-and-bench'],
  ['core/planted.ts', 'tests/support/x.ts', 'nothing-imports-tests'],
] as const)('an import of %s from %s is found by the rule %s', async ([from, to, rule]) => {
  const { violations } = await cruise(await plant(from, to), [from.split('/')[0] ?? '']);
  expect(violations.map((violation) => violation.rule.name)).toContain(rule);
});
