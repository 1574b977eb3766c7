import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSignalbox } from '../../lib/signalbox.ts';
import type { Signalbox } from '../../lib/signalbox.ts';
import { stageNamed } from '../../lib/stages.ts';
import type { StageName } from '../../lib/stages.ts';

// CDK's own rules start a large engine for each synthesis; the real one, which tests/bin runs, is checked by them.
process.env['CDK_VALIDATION'] = 'false';

const CDK_JSON = join(import.meta.dirname, '..', '..', 'cdk.json');

/** The context of cdk.json, with bundling switched off: templates do not depend on what is in the bundles. */
const context = (): Record<string, unknown> => {
  const { context } = JSON.parse(readFileSync(CDK_JSON, 'utf8')) as { readonly context: Record<string, unknown> };
  return { ...context, 'aws:cdk:bundling-stacks': [] };
};

export const ENCODER = { name: 'use-lite', hash: 'e'.repeat(64), msPerTicket: 3.5 };

/** Calls back with both stacks of a stage, built into a folder that is gone afterwards. The model image is empty. */
export const withSignalbox = <T>(stage: StageName, use: (built: Signalbox & { readonly app: App }) => T): T => {
  const settings = stageNamed(stage);
  if (!settings) throw new Error(`no stage ${stage}`);
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-lib-'));
  try {
    writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\n');
    const app = new App({ context: context(), outdir: mkdtempSync(join(tmpdir(), 'signalbox-lib-')) });
    try {
      return use({ app, ...addSignalbox(app, { stage: settings, modelBuildContext: folder, encoder: ENCODER }) });
    } finally {
      rmSync(app.outdir, { recursive: true, force: true });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

export interface Templates {
  readonly stateful: Template;
  readonly journey: Template;
}

export const templatesOf = (stage: StageName): Templates =>
  withSignalbox(stage, ({ stateful, journey }) => ({
    stateful: Template.fromStack(stateful),
    journey: Template.fromStack(journey),
  }));

/** What lies at a path inside of a template, undefined where the path ends before. */
export const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string | number, unknown>)[key] : undefined),
    value,
  );

export const listAt = (value: unknown, ...path: readonly (string | number)[]): readonly unknown[] => {
  const found = at(value, ...path);
  return found === undefined ? [] : Array.isArray(found) ? found : [found];
};

export interface Found {
  readonly id: string;
  readonly resource: unknown;
  readonly properties: unknown;
}

export const resourcesOf = (template: Template, type: string): readonly Found[] =>
  Object.entries(template.findResources(type)).map(([id, resource]) => ({
    id,
    resource,
    properties: at(resource, 'Properties') ?? {},
  }));

/** The logical id that a Ref or an ARN points to. */
export const target = (value: unknown): string => String(at(value, 'Ref') ?? at(value, 'Fn::GetAtt', 0));
