/** One merge of two groups: nodes 0..n-1 are the items, node n + i is what merge i made. */
export interface Merge {
  readonly left: number;
  readonly right: number;
  /** Mean cosine similarity between the items of the two groups. */
  readonly similarity: number;
}

/**
 * Agglomerative clustering by average linkage (UPGMA) of unit vectors under cosine similarity, by nearest-neighbour chains
 * (Murtagh 1983; Müllner 2011, "Modern hierarchical, agglomerative clustering algorithms"): O(n²) time, n²/2 float32.
 * @param embeddings n × dimension, rows L2-normalised
 * @returns n - 1 merges, most similar first; each refers to earlier ones only
 */
export const linkByAverage = (embeddings: Float32Array, dimension: number): readonly Merge[] => {
  const count = embeddings.length / dimension;
  const similarities = pairSimilarities(embeddings, dimension);
  const at = (left: number, right: number): number =>
    left < right
      ? left * count - (left * (left + 1)) / 2 + right - left - 1
      : right * count - (right * (right + 1)) / 2 + left - right - 1;
  const sizes = new Int32Array(count).fill(1);
  const alive = Array.from({ length: count }, () => true);
  const chain: number[] = [];
  const raw: { readonly left: number; readonly right: number; readonly similarity: number }[] = [];
  let firstAlive = 0;

  while (raw.length < count - 1) {
    if (chain.length === 0) {
      while (!alive[firstAlive]) firstAlive++;
      chain.push(firstAlive);
    }
    const tip = chain.at(-1)!;
    const before = chain.at(-2);
    // Ties go to the previous link, else to the lowest index: otherwise the chain may run in a circle.
    let nearest = before ?? -1;
    let best = before === undefined ? -Infinity : similarities[at(tip, before)]!;
    for (let other = 0; other < count; other++) {
      if (other === tip || !alive[other]) continue;
      const similarity = similarities[at(tip, other)]!;
      if (similarity > best) {
        best = similarity;
        nearest = other;
      }
    }
    if (nearest !== before) {
      chain.push(nearest);
      continue;
    }
    chain.length -= 2;
    const left = Math.min(tip, nearest);
    const right = Math.max(tip, nearest);
    raw.push({ left, right, similarity: best });
    alive[right] = false;
    const leftSize = sizes[left]!;
    const rightSize = sizes[right]!;
    sizes[left] = leftSize + rightSize;
    for (let other = 0; other < count; other++) {
      if (other === left || !alive[other]) continue;
      const merged =
        (leftSize * similarities[at(left, other)]! + rightSize * similarities[at(right, other)]!) / (leftSize + rightSize);
      similarities[at(left, other)] = merged;
    }
  }
  return inOrder(raw, count);
};

const pairSimilarities = (embeddings: Float32Array, dimension: number): Float32Array => {
  const count = embeddings.length / dimension;
  const similarities = new Float32Array((count * (count - 1)) / 2);
  let next = 0;
  for (let left = 0; left < count; left++)
    for (let right = left + 1; right < count; right++) similarities[next++] = dot(embeddings, left, embeddings, right, dimension);
  return similarities;
};

/** Inner product of row `left` of one matrix and row `right` of another. */
export const dot = (a: Float32Array, left: number, b: Float32Array, right: number, dimension: number): number => {
  let sum = 0;
  for (let at = 0; at < dimension; at++) sum += a[left * dimension + at]! * b[right * dimension + at]!;
  return sum;
};

/** Chains find merges out of order; sorted by similarity they form the same tree. Slots are renamed to nodes. */
const inOrder = (raw: readonly Merge[], count: number): readonly Merge[] => {
  const nodeOfSlot = Int32Array.from({ length: count }, (_, slot) => slot);
  return raw
    .map((merge, found) => ({ merge, found }))
    .sort((a, b) => b.merge.similarity - a.merge.similarity || a.found - b.found)
    .map(({ merge }, index) => {
      const named = { left: nodeOfSlot[merge.left]!, right: nodeOfSlot[merge.right]!, similarity: merge.similarity };
      nodeOfSlot[merge.left] = count + index;
      return named;
    });
};

/** The groups that remain after the first `merges.length - (groupCount - 1)` merges, numbered by their first item. */
export const cutTree = (merges: readonly Merge[], groupCount: number): Int32Array => {
  const count = merges.length + 1;
  const parent = Int32Array.from({ length: count + merges.length }, (_, node) => node);
  for (let index = 0; index < count - groupCount; index++) {
    parent[merges[index]!.left] = count + index;
    parent[merges[index]!.right] = count + index;
  }
  const rootOf = (node: number): number => {
    let root = node;
    while (parent[root] !== root) root = parent[root]!;
    return root;
  };
  const numbers = new Map<number, number>();
  return Int32Array.from({ length: count }, (_, item) => {
    const root = rootOf(item);
    if (!numbers.has(root)) numbers.set(root, numbers.size);
    return numbers.get(root)!;
  });
};
