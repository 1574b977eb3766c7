/** A column shorter than this share of its length before is a combination of the ones before it. */
const DEPENDENT_SHARE = 1e-6;

/**
 * Makes columns orthonormal in place, by modified Gram-Schmidt done twice (Giraud et al. 2005: twice is enough). A column that
 * depends on the ones before it becomes zero.
 * @param columns vectors of one length
 */
export const orthonormalize = (columns: readonly Float64Array[]): void => {
  columns.forEach((column, at) => {
    const before = lengthOf(column);
    for (let pass = 0; pass < 2; pass++)
      for (let other = 0; other < at; other++) {
        const against = columns[other]!;
        const product = dotOf(column, against);
        if (product !== 0) for (let index = 0; index < column.length; index++) column[index]! -= product * against[index]!;
      }
    const length = lengthOf(column);
    if (length <= before * DEPENDENT_SHARE || length === 0) column.fill(0);
    else for (let index = 0; index < column.length; index++) column[index]! /= length;
  });
};

/** Inner product. Four sums go side by side: one alone waits for each addition before the next. */
export const dotOf = (one: Float64Array, other: Float64Array): number => {
  const whole = one.length - (one.length % 4);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let at = 0; at < whole; at += 4) {
    a += one[at]! * other[at]!;
    b += one[at + 1]! * other[at + 1]!;
    c += one[at + 2]! * other[at + 2]!;
    d += one[at + 3]! * other[at + 3]!;
  }
  for (let at = whole; at < one.length; at++) a += one[at]! * other[at]!;
  return a + b + (c + d);
};

export const lengthOf = (vector: Float64Array): number => Math.sqrt(dotOf(vector, vector));
