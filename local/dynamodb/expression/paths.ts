import { invalid } from '../validation.ts';
import { type Path, showPath } from './scope.ts';
import type { ExpressionKind } from './syntax.ts';

/** Refuses two paths of one expression where one contains the other, or one takes for a map what the other takes for a list. */
export const checkPathsDisjoint = (kind: ExpressionKind, paths: readonly Path[]): void => {
  for (let second = 1; second < paths.length; second++) {
    for (let first = 0; first < second; first++) checkPair(kind, paths[first] as Path, paths[second] as Path);
  }
};

const checkPair = (kind: ExpressionKind, one: Path, two: Path): void => {
  const shared = Math.min(one.length, two.length);
  for (let index = 0; index < shared; index++) {
    if (one[index] === two[index]) continue;
    if (typeof one[index] === typeof two[index]) return;
    throw invalid(
      `Invalid ${kind}: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: ${showPath(one)}, path two: ${showPath(two)}`,
    );
  }
  throw invalid(
    `Invalid ${kind}: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: ${showPath(one)}, path two: ${showPath(two)}`,
  );
};
