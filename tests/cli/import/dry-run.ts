import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { addImportCommand } from '../../../cli/import/command.ts';
import type { Ran } from '../local/local-command.ts';
import { runCommand, surroundings } from '../stage/run-command.ts';

/** The day of these tests. */
export const NOW = '2026-11-22T12:00:00.000Z';

export interface DryRun extends Ran {
  /** What --json printed; undefined where the file was refused. */
  readonly json:
    | {
        readonly rows: number;
        readonly tickets: number;
        readonly repeatedIds: number;
        readonly tooOld: number;
        readonly columns: {
          readonly text: readonly string[];
          readonly labels: object;
          readonly time?: string;
          readonly id?: string;
        };
        readonly refused: readonly { readonly reason: string; readonly count: number; readonly rows: readonly number[] }[];
        readonly labels: Readonly<
          Record<string, readonly { readonly label: string; readonly tickets: number; readonly today: string | null }[]>
        >;
        readonly window?: { readonly from: string; readonly to: string };
        readonly sample: readonly { readonly subject: string; readonly body: string; readonly time?: string }[];
      }
    | undefined;
  readonly refusedFile: string | undefined;
}

/** Looks at a file as `import FILE --dry-run --json` does. */
export const dryRun = async (
  name: string,
  content: string | Uint8Array,
  flags: readonly string[] = [],
  labels?: object,
): Promise<DryRun> => {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-import-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, name);
  await writeFile(file, content);
  // A declaration of the project's own must not change what these tests see.
  await writeFile(join(folder, 'labels.json'), JSON.stringify(labels ?? { heads: {} }));
  const refused = join(folder, 'refused.csv');
  const around = surroundings({ now: () => Date.parse(NOW) });
  const args = ['import', file, '--dry-run', '--json', '--labels', join(folder, 'labels.json'), '--refused', refused, ...flags];
  const ran = await runCommand(addImportCommand, around, args);
  return {
    ...ran,
    json: ran.code === 0 ? (JSON.parse(ran.out) as DryRun['json']) : undefined,
    refusedFile: await readFile(refused, 'utf8').catch(() => undefined),
  };
};

/** A CSV with header. */
export const csv = (...lines: readonly string[]): string => ['id,created,subject,body,team', ...lines, ''].join('\n');
