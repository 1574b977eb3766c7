import { discriminate, fitDiscriminant } from '../few-labels/discriminant.ts';
import { joinUnit } from '../few-labels/join-unit.ts';
import type { JoinedBlock } from '../few-labels/join-unit.ts';
import type { RoutingModel } from '../routing-model.ts';

/** Of the analysis by labels: they are surer than communities, see PSEUDO_CLASS_SHRINKAGE. */
const SHRINKAGE = 0.2;

/**
 * Lends what routing has learned to a clustering: for each head, the directions in which its labels lie apart among the model's past
 * tickets join the embedding.
 * @param short n × the model's embedding dimension, of unit length
 */
export const lendRouting = async (
  model: RoutingModel,
  short: Float32Array,
): Promise<{ readonly rows: Float32Array; readonly dimension: number }> => {
  const { rows: past, dimension, tickets } = model.past;
  const blocks: JoinedBlock[] = [{ values: short, columns: dimension, length: 1 }];
  for (const { name, manifest } of model.heads) {
    const numbers = new Map(manifest.labels.map((label, at) => [label, at]));
    const classes = Int32Array.from(tickets, ({ labels }) => numbers.get(labels[name] ?? '') ?? -1);
    const discriminant = await fitDiscriminant({ rows: past, dimension, classes }, SHRINKAGE);
    if (discriminant.columns > 0)
      blocks.push({
        values: await discriminate(discriminant, short),
        columns: discriminant.columns,
        length: 1 / Math.sqrt(model.heads.length),
      });
  }
  return joinUnit(short.length / dimension, blocks);
};
