import { beforeAll, describe, expect, test } from 'vitest';
import { clusterTexts } from '../../../model/cluster/cluster-texts.ts';
import type { ClusteredTexts } from '../../../model/cluster/cluster-texts.ts';
import { clusteringAgreement } from '../../../model/evaluate/clustering-agreement.ts';
import { openRouting } from '../../../model/routing-model.ts';
import { sampleCompany, SMALL_COMPANY } from '../../../samples/sample-company.ts';
import { defaultEncoder, trainTeams } from '../../support/trained-routing.ts';
import { trainingExamples } from '../../support/training-examples.ts';

const company = sampleCompany(SMALL_COMPANY);
/** Their beginnings: what they are about stands there, and encoding takes a quarter of the time. */
const texts = company.map(({ ticket: { subject, body } }) => `${subject}\n${body}`.slice(0, 150));
const names = [...new Set(company.map(({ topic }) => topic))];
const labels = Int32Array.from(company, ({ topic }) => names.indexOf(topic));

const clustered = async (given: readonly string[]): Promise<ClusteredTexts> =>
  clusterTexts({ texts: given, reader: { kind: 'encoder', encoder: await defaultEncoder() }, seed: 1, minSize: 5 });

describe('the sample tickets', () => {
  let found: ClusteredTexts;
  beforeAll(async () => {
    found = await clustered(texts);
  });

  test('fall into about as many clusters as they have topics, with few outliers', () => {
    expect(found.clusters.length).toBeGreaterThan(names.length / 2);
    expect(found.clusters.length).toBeLessThan(names.length * 2);
    expect(found.ofText.filter((cluster) => cluster === -1).length).toBeLessThan(0.15 * texts.length);
    const { nmi, ari } = clusteringAgreement(found.nearest, labels);
    expect(nmi).toBeGreaterThan(0.6);
    expect(ari).toBeGreaterThan(0.3);
  });

  test('have clusters with names of their own, typical tickets of theirs, and themes that hold them all', () => {
    expect(new Set(found.clusters.map(({ name }) => name)).size).toBe(found.clusters.length);
    for (const [at, { typical, different, size, tightness, theme }] of found.clusters.entries()) {
      for (const ticket of [...typical, ...different]) expect(found.ofText[ticket]).toBe(at);
      expect(new Set([...typical, ...different]).size).toBe(typical.length + different.length);
      expect(size).toBe(found.ofText.filter((own) => own === at).length);
      expect(tightness).toBeGreaterThan(0);
      expect(found.themes[theme]!.clusters).toContain(at);
    }
    expect(found.themes.length).toBeLessThan(found.clusters.length);
    expect(found.themes.flatMap((theme) => theme.clusters).toSorted((a, b) => a - b)).toEqual([...found.clusters.keys()]);
  });

  test('fall into the same clusters in whatever order they come', async () => {
    const turned = await clustered(texts.toReversed());
    expect([...turned.ofText].toReversed()).toEqual([...found.ofText]);
    expect(turned.clusters.map(({ name }) => name)).toEqual(found.clusters.map(({ name }) => name));
  });
});

test('a routing model lends what it has learned: its teams are told apart better', async () => {
  const model = await openRouting(await trainTeams(), await defaultEncoder());
  const examples = trainingExamples(120, 3);
  const given = examples.map(({ text }) => text);
  const teams = [...new Set(examples.map((example) => example.labels['team']!))];
  const actual = Int32Array.from(examples, (example) => teams.indexOf(example.labels['team']!));
  const { nearest } = await clusterTexts({
    texts: given,
    reader: { kind: 'model', model },
    seed: 1,
    minSize: 5,
    number: teams.length,
  });
  expect(clusteringAgreement(nearest, actual).accuracy).toBeGreaterThan(0.8);
});
