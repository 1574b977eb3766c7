import type { HeadEvaluation } from '../evaluate/evaluate-head.ts';
import type { Manifest } from '../manifest.ts';
import { byCodeUnits } from '../random.ts';
import { headPrefix } from '../routing-model.ts';
import type { ArtifactFiles } from '../stages.ts';
import { calibrationSvg } from './calibration-svg.ts';
import { clusteringCard } from './clustering-card.ts';
import { routingCard } from './routing-card.ts';

export const CARD = 'MODEL.md';

/** What is known of a model before its files are sealed. */
export type CardSubject = Omit<Manifest, 'files'>;

/** Name of the picture that shows a head's calibration. */
export const calibrationPicture = (headIndex: number): string => `${headPrefix(headIndex)}.calibration.svg`;

/**
 * The model card (Mitchell et al. 2019, "Model Cards for Model Reporting") and its pictures, as files of the artifact. The same
 * arguments give the same bytes.
 * @param evaluations by head, on the examples that the manifest's metrics are of; none for clustering
 * @param encoderLanguages that the encoder knows
 */
export const cardFiles = (
  manifest: CardSubject,
  evaluations: ReadonlyMap<string, HeadEvaluation>,
  encoderLanguages: readonly string[] = [],
): ArtifactFiles => {
  const encoder = new TextEncoder();
  if (manifest.kind === 'clustering') return new Map([[CARD, encoder.encode(clusteringCard(manifest))]]);
  const heads = Object.keys(manifest.heads).sort(byCodeUnits);
  const pictures = heads.map((head, index): readonly [string, Uint8Array] => [
    calibrationPicture(index),
    encoder.encode(calibrationSvg(`Calibration of ${head}`, evaluations.get(head)!.reliabilityBins)),
  ]);
  const pictureOf = new Map(heads.map((head, index) => [head, calibrationPicture(index)]));
  return new Map([[CARD, encoder.encode(routingCard(manifest, evaluations, pictureOf, encoderLanguages))], ...pictures]);
};
