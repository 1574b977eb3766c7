import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'signalbox-bin-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly status: number | null;
  readonly stderr: string;
}

/** Runs the app as the CDK command line does, with its context and where to write. */
const run = (context: Readonly<Record<string, unknown>>, outdir: string): Ended => {
  const { context: fromFile } = JSON.parse(readFileSync(join(REPOSITORY, 'cdk.json'), 'utf8')) as { readonly context: object };
  return spawnSync(process.execPath, ['bin/signalbox.ts'], {
    cwd: REPOSITORY,
    encoding: 'utf8',
    // Nothing of the caller's: no account, no credentials.
    env: { PATH: process.env['PATH'], CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify({ ...fromFile, ...context }) },
  });
};

describe('the CDK app', () => {
  test('says which stages there are when asked for another', () => {
    const { status, stderr } = run({ stage: 'staging' }, join(folder, 'staging'));
    expect(status).toBe(1);
    expect(stderr).toBe('signalbox: there is no stage "staging"; say -c stage=NAME with one of dev, prod.\n');
  });

  test('synthesizes prod with the bundles of all functions and the image, for any account, without network or credentials', () => {
    const outdir = join(folder, 'prod');
    expect(run({ stage: 'prod' }, outdir)).toMatchObject({ status: 0 });
    const assets = JSON.parse(readFileSync(join(outdir, 'signalbox-prod-journey.assets.json'), 'utf8')) as {
      readonly files: Record<string, { readonly source: { readonly path: string } }>;
      readonly dockerImages: Record<string, { readonly source: { readonly directory: string; readonly platform: string } }>;
    };
    const bundles = Object.values(assets.files).filter(({ source }) => !source.path.endsWith('.json'));
    expect(bundles).toHaveLength(readdirSync(join(REPOSITORY, 'lambdas')).length);
    for (const { source } of bundles) expect(readdirSync(join(outdir, source.path))).toEqual(['index.mjs']);
    const [image, ...others] = Object.values(assets.dockerImages);
    expect(others).toEqual([]);
    expect(image?.source.platform).toBe('linux/amd64');
    expect(readdirSync(join(outdir, image?.source.directory ?? ''))).toContain('Dockerfile');
  }, 120_000);

  test('makes dev where no stage is asked for', () => {
    const outdir = join(folder, 'dev');
    expect(run({ 'aws:cdk:bundling-stacks': [] }, outdir)).toMatchObject({ status: 0 });
    expect(readdirSync(outdir)).toContain('signalbox-dev-journey.template.json');
  }, 120_000);
});
