import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { CARD } from '../../../model/card/card.ts';
import { calibrationSvg } from '../../../model/card/calibration-svg.ts';
import { markdownTable, plainText } from '../../../model/card/markdown.ts';
import { reliabilityBins } from '../../../model/evaluate/calibration.ts';
import type { Artifact } from '../../../model/artifact.ts';
import { trainClustering } from '../../../model/clustering-training.ts';
import type { TrainingExample } from '../../../model/examples.ts';
import { openRouting } from '../../../model/routing-model.ts';
import { trainRouting } from '../../../model/routing-training.ts';
import { defaultEncoder, ENOUGH_VALIDATION, teamExamples, trainTeams } from '../../support/trained-routing.ts';
import { trainingExample, trainingExamples } from '../../support/training-examples.ts';
import { outcome } from '../evaluate/reference.ts';

const train = async (examples: readonly TrainingExample[], validation: readonly TrainingExample[]): Promise<Artifact> =>
  trainRouting({ version: '7', seed: 3, examples, validation }, await defaultEncoder());

/** A small model of one head. */
const trainFew = (change: (example: TrainingExample, index: number) => TrainingExample): Promise<Artifact> =>
  train(teamExamples(24).map(change), teamExamples(ENOUGH_VALIDATION, 2).map(change));

const cardOf = ({ files }: Artifact): string => Buffer.from(files.get(CARD)!).toString('utf8');

/** Validation tickets of which every fifth says nothing, so that there is something to confuse. */
const validation = trainingExamples(240, 2).map((example, index) =>
  index % 5 === 0 ? { ...example, text: 'hello my thing' } : example,
);

describe('the card of a routing model', () => {
  let artifact: Artifact;
  let card: string;
  beforeAll(async () => {
    artifact = await train([...trainingExamples(80), trainingExample({ labels: { team: 'legal' } })], validation);
    card = cardOf(artifact);
  });

  test('names data, window, seed and program', () => {
    const { dataHash } = artifact.manifest.createdFrom;
    expect(card).toContain('| Tickets | 81 |');
    expect(card).toContain('| Window | 2026-01-01 to 2026-01-01 |');
    expect(card).toContain(`\`${dataHash}\``);
    expect(card).toContain('| Seed | 3 |');
    expect(card).toContain(`| Signalbox | ${artifact.manifest.codeVersion} |`);
  });

  test('says that the window is not known where times only stand for an order', async () => {
    const untimed = await trainFew((example, index) => ({ ...example, time: new Date(index * 1_000).toISOString() }));
    expect(cardOf(untimed)).toContain('| Window | not known: the tickets have no times |');
  });

  test('gives the metrics of each head as the manifest has them', () => {
    expect(card.match(/^## .*$/gmu)).toEqual(['## Data', '## priority', '## team', '## Limits']);
    const accuracy = Number(artifact.manifest.metrics['team']!['accuracy']);
    expect(card.slice(card.indexOf('## team'))).toContain(`| Accuracy | ${(100 * accuracy).toFixed(1)} % |`);
  });

  test('gives every label a row, and says what was left out', () => {
    for (const label of ['access', 'billing', 'delivery', 'hardware'])
      expect(card).toMatch(new RegExp(`^\\| ${label} \\| \\d`, 'mu'));
    expect(card).toContain('Left out for too few tickets, so never given: legal (1).');
  });

  test('lists the confused pairs, the most frequent first', () => {
    const team = card.slice(card.indexOf('## team'));
    const section = team.slice(team.indexOf('### Most often confused'), team.indexOf('### Labels'));
    const counts = Array.from(section.matchAll(/^\| \w+ \| \w+ \| (\d+) \|/gmu), ([, count]) => Number(count));
    expect(counts.length).toBeGreaterThan(0);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
  });

  test('shows a picture of the calibration that lies beside it, and the same as a table', () => {
    const pictures = Array.from(card.matchAll(/!\[[^\]]*\]\(([^)]+)\)/gu), ([, file]) => file!);
    expect(pictures).toHaveLength(2);
    for (const file of pictures) expect(Buffer.from(artifact.files.get(file)!).toString('utf8')).toMatch(/^<svg .*<\/svg>\n$/su);
    expect(card.match(/\| Probability \| Tickets \| Mean probability \| Right \|/gu)).toHaveLength(2);
  });

  test('gives the languages that tickets say or that can be told, with what they are judged by', async () => {
    const untold = await trainFew((example) => ({ ...example, text: example.text.replaceAll(/[aeiouy]/giu, '') }));
    expect(cardOf(untold)).toContain('Not known: the tickets do not say their language, and it cannot be told from their texts.');
    expect(card).toMatch(/^\| en \| 2[34]\d \| [\d.]+ % \| words, letters and the encoder \|$/mu);
    const spoken = validation.map((example, index) => ({
      ...example,
      ...(index % 3 === 0 ? {} : { language: index % 3 === 1 ? 'de' : 'en' }),
    }));
    const told = cardOf(await train(teamExamples(24), spoken));
    expect(told).toMatch(
      /^\| de \| 80 \| [\d.]+ % \| words and letters alone \|\n\| en \| 1[56]\d \| [\d.]+ % \| words, letters and the encoder \|$/mu,
    );
  });

  test('is the same for the same tickets in another order', async () => {
    const examples = teamExamples(24);
    const [first, second] = [await train(examples, validation), await train(examples.toReversed(), validation.toReversed())];
    expect(cardOf(second)).toBe(cardOf(first));
  });

  test('holds names out of data as they are, in one cell', async () => {
    const odd = 'a|b\n<b>*x*</b> [y](z)';
    const text = cardOf(
      await trainFew(({ labels, ...rest }) => ({ ...rest, labels: { [odd]: labels['team'] === 'access' ? odd : 'plain' } })),
    );
    expect(text).toContain('## a\\|b \\<b\\>\\*x\\*\\</b\\> \\[y\\]\\(z\\)\n');
    expect(text).not.toContain('<b>');
  });
});

describe('the card of a topic map', () => {
  test('lists its topics with their sizes and phrases', async () => {
    const examples = teamExamples(120);
    const routing = await openRouting(await trainTeams({ examples }), await defaultEncoder());
    const artifact = await trainClustering({ version: '2', seed: 3, examples, routing, previous: undefined });
    const card = cardOf(artifact);
    for (const { id, size } of artifact.manifest.topics)
      expect(card).toMatch(new RegExp(`\\| ${size} \\| .* \\| \`${id}\` \\|`, 'u'));
    expect(card).toContain(`one of ${artifact.manifest.topics.length} topics`);
  });
});

describe('markdown', () => {
  test('any name stays within its cell', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const line = markdownTable(['a', 'b'], [[plainText(name), 'end']])
          .split('\n')
          .at(-1)!;
        expect(line).toMatch(/^\| .* \| end \|$/su);
        expect(line.replaceAll(/\\./gu, '').split('|')).toHaveLength(4);
      }),
    );
  });
});

describe('the calibration picture', () => {
  test('is well-formed for any title, and the same for the same bins', () => {
    const bins = reliabilityBins([outcome(0, 0, 0.9), outcome(0, 1, 0.4), outcome(0, 0, 1)]);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (title) => {
        const svg = calibrationSvg(title, bins);
        expect(svg).toBe(calibrationSvg(title, bins));
        const tags = Array.from(svg.matchAll(/<(\/?)(\w+)[^<>]*?(\/?)>/gu));
        // Nothing but tags and plain text: no angle bracket is left over.
        expect(svg.replaceAll(/<[^<>]*>/gu, '')).not.toMatch(/[<>]/u);
        expect(tags.filter(([, close, , self]) => close === '' && self === '').length).toBe(
          tags.filter(([, close]) => close === '/').length,
        );
      }),
    );
  });

  test('draws a point for each bin that holds tickets', () => {
    const bins = reliabilityBins([outcome(0, 0, 0.9), outcome(0, 1, 0.4), outcome(0, 0, 1)]);
    expect(calibrationSvg('x', bins).match(/<circle /gu)).toHaveLength(3);
    expect(calibrationSvg('x', reliabilityBins([]))).not.toContain('<circle');
  });
});
