import {
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../cli/start/synthesize.ts';

/** Replaces every occurrence of a text, in bundles of functions or in templates. */
export interface Alteration {
  readonly in: 'bundles' | 'templates';
  /** Alters only files that hold this text as well. @default all */
  readonly where?: string;
  readonly from: RegExp;
  readonly to: string;
}

export interface AlteredAssembly {
  readonly folder: string;
  remove(): void;
}

/**
 * A copy of the synthesized dev stage with alterations.
 * @param labels a declaration of labels to synthesize it with
 * @throws Error for an alteration that alters nothing
 */
export const alteredAssembly = async (alterations: readonly Alteration[], labels?: string): Promise<AlteredAssembly> => {
  const assembly = await synthesize('dev', undefined, labels);
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-altered-'));
  const done = new Set<Alteration>();
  const alter = (kind: Alteration['in'], text: string): string =>
    alterations.reduce((altered, one) => {
      if (one.in !== kind || (one.where !== undefined && !altered.includes(one.where))) return altered;
      const next = altered.replaceAll(one.from, one.to);
      if (next !== altered) done.add(one);
      return next;
    }, text);
  for (const name of readdirSync(assembly)) {
    const [from, to] = [join(assembly, name), join(folder, name)];
    const bundle = join(from, 'index.mjs');
    if (name.endsWith('.template.json')) writeFileSync(to, alter('templates', readFileSync(from, 'utf8')));
    else if (existsSync(bundle)) {
      cpSync(from, to, { recursive: true });
      writeFileSync(join(to, 'index.mjs'), alter('bundles', readFileSync(bundle, 'utf8')));
    } else if (lstatSync(from).isDirectory()) symlinkSync(from, to);
    else cpSync(from, to);
  }
  const idle = alterations.filter((one) => !done.has(one));
  if (idle.length > 0) throw new Error(`nothing to alter: ${idle.map(({ from }) => String(from)).join(', ')}`);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
};
