// Whether the map stays: maps of 90 % of the texts beside each other, of 99 % beside the map of all, and of the same texts in another
// order, on the test splits of Banking77 and CLINC150 (nothing is chosen by this) and the sample company.
// Run: npm run -s bench:cluster-stability [-- --record] [--json] [--data ../shared/data]
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { clusterTexts } from '../model/cluster/cluster-texts.ts';
import { openEncoder } from '../model/encoder/open-encoder.ts';
import { useLiteFolder } from '../model/encoder/write-use-lite.ts';
import { clusteringAgreement } from '../model/evaluate/clustering-agreement.ts';
import { readableText } from '../model/grams.ts';
import { samplePositions } from '../model/random.ts';
import { recallEncoding } from '../model/space/recall-encoding.ts';
import { sampleCompany } from '../samples/sample-company.ts';
import { provenanceOf } from './provenance.ts';
import { CLUSTERING_SETS, readClusteringSet } from './quality/clustering-sets.ts';
import { drawWithout, onCommonTexts } from './quality/common-texts.ts';
import type { PartialMap } from './quality/common-texts.ts';

const ROOT = resolve(import.meta.dirname, '..');
const RECORDED = join(import.meta.dirname, 'results', 'clustering-stability.json');
const SETS = ['banking77-test', 'clinc150-test'];
const COMPANY_TICKETS = 3_000;
const SEED = 1;
const MIN_SIZE = 5;
/** Share of the texts left out, and by which seeds. */
const TENTH = { share: 0.1, seeds: [1, 2, 3, 4] };
const HUNDREDTH = { share: 0.01, seeds: [1, 2] };

const { values: flags } = parseArgs({
  options: {
    record: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    data: { type: 'string', default: join(ROOT, '..', 'shared', 'data') },
  },
});

const encoder = await openEncoder(useLiteFolder());

/** Mean and least agreement of pairs of maps on their common texts; an outlier counts at its nearest cluster. */
const agreementOf = (pairs: readonly (readonly [PartialMap, PartialMap])[]) => {
  const each = pairs.map(([one, other]) => {
    const common = onCommonTexts(one, other);
    return clusteringAgreement(common.one, common.other);
  });
  const summary = (values: readonly number[]) => ({
    mean: round(values.reduce((sum, value) => sum + value, 0) / values.length),
    least: round(Math.min(...values)),
  });
  return {
    pairs: pairs.length,
    ari: summary(each.map(({ ari }) => ari)),
    nmi: summary(each.map(({ nmi }) => nmi)),
    /** Share of the texts that stay together under the best one-to-one matching of the clusters. */
    same: summary(each.map(({ accuracy }) => accuracy)),
  };
};

const round = (value: number): number => Number(value.toFixed(4));

const measure = async (name: string, texts: readonly string[]) => {
  const readable = texts.map(readableText);
  const recalling = recallEncoding(encoder, readable, await encoder.encode(readable));
  const mapOf = async (positions: Int32Array): Promise<PartialMap & { readonly clusters: number }> => {
    const { nearest, clusters } = await clusterTexts({
      texts: Array.from(positions, (at) => texts[at]!),
      reader: { kind: 'encoder', encoder: recalling },
      seed: SEED,
      minSize: MIN_SIZE,
    });
    process.stderr.write(`${name}: ${clusters.length} clusters of ${positions.length} texts\n`);
    return { positions, ofText: nearest, clusters: clusters.length };
  };
  const mapsWithout = async ({ share, seeds }: typeof TENTH) => {
    const maps = [];
    for (const seed of seeds) maps.push(await mapOf(drawWithout(texts.length, share, seed)));
    return maps;
  };
  const whole = await mapOf(Int32Array.from(texts.keys()));
  const shuffled = await mapOf(drawWithout(texts.length, 0, SEED).toReversed());
  const tenths = await mapsWithout(TENTH);
  const hundredths = await mapsWithout(HUNDREDTH);
  return {
    texts: texts.length,
    clusters: whole.clusters,
    sameInAnotherOrder: shuffled.positions.every((position, at) => shuffled.ofText[at] === whole.ofText[position]),
    tenthLeftOut: {
      clusters: tenths.map(({ clusters }) => clusters),
      betweenThem: agreementOf(tenths.flatMap((one, at) => tenths.slice(at + 1).map((other) => [one, other] as const))),
      withTheWhole: agreementOf(tenths.map((one) => [one, whole])),
    },
    hundredthLeftOut: {
      clusters: hundredths.map(({ clusters }) => clusters),
      withTheWhole: agreementOf(hundredths.map((one) => [one, whole])),
    },
  };
};

const results: Record<string, unknown> = {};
const keep = (name: string, result: object): void => {
  results[name] = result;
  if (flags.record) writeFileSync(RECORDED, `${JSON.stringify(results, null, 2)}\n`);
};
for (const set of CLUSTERING_SETS.filter(({ name }) => SETS.includes(name))) {
  if (!existsSync(join(flags.data, set.file))) {
    process.stderr.write(`${set.name} is skipped: ${join(flags.data, set.file)} is missing.\n`);
    continue;
  }
  keep(set.name, {
    ...provenanceOf(set.source, readFileSync(join(flags.data, set.file)), `${set.file}, no label seen`, SEED),
    ...(await measure(set.name, readClusteringSet(flags.data, set).texts)),
  });
}
const company = sampleCompany();
const texts = Array.from(samplePositions(company.length, COMPANY_TICKETS, SEED), (at) => {
  const { subject, body } = company[at]!.ticket;
  return `${subject}\n${body}`;
});
keep('sample-company', {
  ...provenanceOf('the sample company, 16 weeks', texts.join('\0'), `${COMPANY_TICKETS} of its tickets, by seed`, SEED),
  ...(await measure('sample company', texts)),
});
await encoder.release();
process.stdout.write(`${JSON.stringify(results, null, flags.json ? 0 : 2)}\n`);
