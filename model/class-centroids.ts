/**
 * The mean direction of each class among rows (nearest class mean, Mensink et al. 2013).
 * @param rows n × dimension, of unit length
 * @param classes of each row
 * @returns classCount × dimension, of unit length; zeros for a class without rows
 */
export const classCentroids = (rows: Float32Array, dimension: number, classes: Int32Array, classCount: number): Float32Array => {
  const centroids = new Float32Array(classCount * dimension);
  classes.forEach((label, row) => {
    for (let at = 0; at < dimension; at++) centroids[label * dimension + at]! += rows[row * dimension + at]!;
  });
  for (let first = 0; first < centroids.length; first += dimension) {
    const length = Math.hypot(...centroids.subarray(first, first + dimension));
    if (length > 0) for (let at = first; at < first + dimension; at++) centroids[at]! /= length;
  }
  return centroids;
};

/**
 * The cosine of each row to the nearest centroid, -1..1.
 * @param rows n × dimension, of unit length
 */
export const nearestCentroidCosines = (rows: Float32Array, dimension: number, centroids: Float32Array): Float64Array => {
  const cosines = new Float64Array(rows.length / dimension);
  for (let row = 0; row < cosines.length; row++) {
    let nearest = -1;
    for (let first = 0; first < centroids.length; first += dimension) {
      let cosine = 0;
      for (let at = 0; at < dimension; at++) cosine += rows[row * dimension + at]! * centroids[first + at]!;
      nearest = Math.max(nearest, cosine);
    }
    cosines[row] = nearest;
  }
  return cosines;
};
