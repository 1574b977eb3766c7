import { predictRouting } from '../../model/predict-routing.ts';
import type { HeadPrediction, RoutingPrediction } from '../../model/predict-routing.ts';
import type { RoutingModel } from '../../model/routing-model.ts';

export const predictAll = async (model: RoutingModel, texts: readonly string[]): Promise<readonly RoutingPrediction[]> => {
  const predictions = await predictRouting(
    model,
    texts.map((text) => ({ id: 'one', text })),
  );
  return predictions.map((prediction, at) => {
    if ('error' in prediction) throw new Error(`No prediction for ${texts[at]}`);
    return prediction;
  });
};

export const predictOne = async (model: RoutingModel, text: string): Promise<RoutingPrediction> =>
  (await predictAll(model, [text]))[0]!;

export const headOf = (prediction: RoutingPrediction, head: string): HeadPrediction => prediction.heads[head]!;

/** All probabilities of a head by label. */
export const distributionOf = (prediction: RoutingPrediction, head: string): ReadonlyMap<string, number> => {
  const { label, probability, alternatives } = headOf(prediction, head);
  return new Map([{ label, probability }, ...alternatives].map((each) => [each.label, each.probability]));
};
