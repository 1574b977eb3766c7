import { dot } from './average-linkage.ts';

/**
 * The centroid with the largest cosine similarity to one row; the first of equal ones.
 * @param embeddings rows × dimension, rows L2-normalised
 * @param centroids topics × dimension, rows L2-normalised
 * @returns topic -1 with similarity 0 where there is no centroid
 */
export const nearestCentroid = (
  embeddings: Float32Array,
  row: number,
  centroids: Float32Array,
  dimension: number,
): { readonly topic: number; readonly similarity: number } => {
  let topic = -1;
  let best = 0;
  for (let candidate = 0; candidate < centroids.length / dimension; candidate++) {
    const similarity = dot(embeddings, row, centroids, candidate, dimension);
    if (topic !== -1 && similarity <= best) continue;
    topic = candidate;
    best = similarity;
  }
  return { topic, similarity: best };
};
