import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assembleBuildContext } from '../../container/build.ts';
import { temporaryFolder } from '../support/model-folders.ts';

const repository = join(import.meta.dirname, '..', '..');

describe('the build context', () => {
  test('holds the program as one file and a Dockerfile that needs no build step', () => {
    const context = temporaryFolder();
    assembleBuildContext(context);
    expect(readdirSync(context).sort()).toEqual(['Dockerfile', 'main.mjs']);
    expect(readFileSync(join(context, 'Dockerfile'), 'utf8')).toBe(
      'FROM public.ecr.aws/docker/library/node:24-slim\nWORKDIR /opt/program\nCOPY . .\nENTRYPOINT ["node","main.mjs"]\n',
    );
  });

  test('has the same bytes wherever it is assembled, and names no place of this machine', () => {
    const [first, second] = [temporaryFolder(), temporaryFolder()];
    assembleBuildContext(first);
    execFileSync(process.execPath, [join(repository, 'container', 'build.ts'), second], { cwd: second });
    const bundle = readFileSync(join(first, 'main.mjs'), 'utf8');
    expect(readFileSync(join(second, 'main.mjs'), 'utf8')).toBe(bundle);
    expect(bundle).not.toContain(repository);
    expect(bundle).not.toContain(first);
  });
});
