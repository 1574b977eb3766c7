import { createHash } from 'node:crypto';
import { dot } from './average-linkage.ts';
import { float32Bytes } from './bytes.ts';

/** Centroids at least this similar are the same topic in two versions of the map. */
const SAME_TOPIC_SIMILARITY = 0.8;
const ID_DIGITS = 8;

/** The topics of an earlier map. */
export interface PreviousTopics {
  readonly ids: readonly string[];
  /** ids.length × dimension, rows L2-normalised, of the same family of spaces. */
  readonly centroids: Float32Array;
}

/**
 * Gives each topic the id of the earlier topic that it continues, most similar pairs first, each id once; a topic that continues none
 * gets a new id from its centroid's bytes.
 * @param centroids topics × dimension, rows L2-normalised
 */
export const assignTopicIds = (
  centroids: Float32Array,
  dimension: number,
  previous: PreviousTopics | undefined,
): readonly string[] => {
  const count = centroids.length / dimension;
  const ids: (string | undefined)[] = Array.from({ length: count }, () => undefined);
  const taken = new Set<string>();
  const pairs = Array.from({ length: count }, (_, topic) =>
    (previous?.ids ?? []).map((id, index) => ({
      topic,
      id,
      similarity: dot(centroids, topic, previous!.centroids, index, dimension),
    })),
  )
    .flat()
    .filter(({ similarity }) => similarity >= SAME_TOPIC_SIMILARITY)
    .sort((a, b) => b.similarity - a.similarity || a.topic - b.topic);
  for (const { topic, id } of pairs) {
    if (ids[topic] !== undefined || taken.has(id)) continue;
    ids[topic] = id;
    taken.add(id);
  }
  const known = new Set(previous?.ids ?? []);
  return ids.map((id, topic) => {
    if (id !== undefined) return id;
    const digest = createHash('sha256')
      .update(float32Bytes(centroids.slice(topic * dimension, (topic + 1) * dimension)))
      .digest('hex');
    let digits = ID_DIGITS;
    while (known.has(`t-${digest.slice(0, digits)}`)) digits++;
    const made = `t-${digest.slice(0, digits)}`;
    known.add(made);
    return made;
  });
};
