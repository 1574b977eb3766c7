// What `npm start -- --once` says of the sample, or of a file of labelled tickets, recorded for README.
// Run: npm run -s bench:start -- --name sample [--html report.html]
//      npm run -s bench:start -- --name banking77 --data ../shared/data/banking77/train.csv.gz --text text --label category
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { sampleTickets } from '../samples/sample-company.ts';
import { provenanceOf } from './provenance.ts';

const ROOT = resolve(import.meta.dirname, '..');

const { values: flags } = parseArgs({
  options: {
    name: { type: 'string' },
    data: { type: 'string' },
    text: { type: 'string' },
    label: { type: 'string' },
    html: { type: 'string' },
  },
});
if (flags.name === undefined) throw new Error('--name says which file of bench/results to write');

const source = flags.data === undefined ? [] : ['--data', flags.data, '--text', flags.text ?? '', '--label', flags.label ?? ''];
const page = flags.html === undefined ? [] : ['--html', flags.html];
const provenance =
  flags.data === undefined
    ? provenanceOf('the sample company, seed 1', JSON.stringify(sampleTickets()), 'the last weeks; the last two days live')
    : provenanceOf(basename(flags.data), await readFile(flags.data), 'first 80 % history, last 20 % live');
const printed = execFileSync(process.execPath, ['cli/signalbox.ts', 'start', '--once', '--json', ...source, ...page], {
  cwd: ROOT,
}).toString();
const summary: unknown = JSON.parse(printed.trimEnd().split('\n').at(-1) ?? '');
// Lines of progress are left out: what stays is what README shows.
const lines = printed.trimEnd().split('\n').slice(0, -1);
const said = lines.filter((line) => !/^[›❯]|The same as a page/.test(line));
const result = `${JSON.stringify({ ...provenance, summary, printed: said }, null, 2)}\n`;
await writeFile(join(import.meta.dirname, 'results', `start-${flags.name}.json`), result);
process.stdout.write(result);
