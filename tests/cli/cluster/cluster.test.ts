import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { addClusterCommand } from '../../../cli/cluster/command.ts';
import { UsageError } from '../../../cli/user-error.ts';
import { sampleTickets, SMALL_COMPANY } from '../../../samples/sample-company.ts';
import { refusal, SAMPLE, signalbox, temporaryFolder } from '../run-signalbox.ts';

const TICKETS = sampleTickets(SMALL_COMPANY).length;
/** Subjects alone are encoded in a tenth of the time. */
const SUBJECTS = [...SAMPLE.slice(0, 2), '--text', 'subject'];

describe('signalbox cluster', () => {
  test('prints one JSON object with counts and agreement, and writes the cluster of every ticket', async () => {
    const out = join(await temporaryFolder(), 'clusters.jsonl');
    const { code, stdout, left } = await signalbox(['cluster', ...SUBJECTS, '--label', 'labels.team', '--out', out, '--json']);
    expect(code).toBe(0);
    expect(left).toEqual([]);
    const printed = JSON.parse(stdout) as Record<string, number> & { readonly found: readonly { readonly name: string }[] };
    expect(printed).toMatchObject({ n: TICKETS, clusters: printed.found.length });
    for (const name of ['nmi', 'ari', 'accuracy']) expect(printed[name]).toBeGreaterThan(0.05);
    const lines = readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly name: string | null });
    expect(lines).toHaveLength(TICKETS);
    expect(lines.filter(({ name }) => name === null)).toHaveLength(printed['outliers']!);
  });

  test('prints themes, clusters and tickets for a person, and as many clusters as are asked for', async () => {
    const { stdout } = await signalbox(['cluster', ...SUBJECTS, '--k', '7']);
    expect(stdout).toMatch(/^\d+ tickets in 7 clusters and \d themes?, \d+ outliers? \(/u);
    expect(stdout).toMatch(/\n {2}1\. \S.*: \d+ tickets, tightness 0\.\d\d/u);
  });

  test('refuses what cannot be', async () => {
    const columns = ['--data', 'x.csv', '--text', 'text'];
    expect((await refusal(addClusterCommand, ['cluster', ...columns, '--k', '1'])).said).toContain('a whole number of 2 or more');
    expect((await refusal(addClusterCommand, ['cluster', ...columns, '--out', 'y.csv'])).said).toContain('.jsonl');
    const ownFile = ['--data', 'x.jsonl', '--text', 'text', '--out', 'x.jsonl'];
    expect((await refusal(addClusterCommand, ['cluster', ...ownFile])).error).toBeInstanceOf(UsageError);
  });
});
