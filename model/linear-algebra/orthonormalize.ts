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
        let product = 0;
        for (let index = 0; index < column.length; index++) product += column[index]! * against[index]!;
        if (product !== 0) for (let index = 0; index < column.length; index++) column[index]! -= product * against[index]!;
      }
    const length = lengthOf(column);
    if (length <= before * DEPENDENT_SHARE || length === 0) column.fill(0);
    else for (let index = 0; index < column.length; index++) column[index]! /= length;
  });
};

const lengthOf = (vector: Float64Array): number => {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return Math.sqrt(squares);
};
