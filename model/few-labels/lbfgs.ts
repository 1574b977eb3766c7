/** Steps remembered to tell the curvature from. */
const MEMORY = 10;
const MOST_HALVINGS = 20;
/** Share of the decrease that the slope promises which a step must bring (Armijo). */
const SUFFICIENT = 1e-4;
/** A step whose curvature is below this share of its lengths tells nothing. */
const LEAST_CURVATURE = 1e-10;

export interface Evaluated {
  readonly value: number;
  readonly gradient: Float64Array;
}

export interface MinimizeOptions {
  readonly mostIterations: number;
  /** Ends where no entry of the gradient is larger. */
  readonly tolerance: number;
}

interface Step {
  readonly moved: Float64Array;
  readonly turned: Float64Array;
  readonly product: number;
}

/**
 * The minimum of a smooth convex function by L-BFGS with backtracking (Nocedal & Wright 2006, algorithms 7.4 and 3.1).
 * @returns the best point found, also where the iterations ran out
 */
export const minimize = async (
  evaluate: (at: Float64Array) => Promise<Evaluated>,
  start: Float64Array,
  { mostIterations, tolerance }: MinimizeOptions,
): Promise<Float64Array> => {
  const steps: Step[] = [];
  let at = start;
  let here = await evaluate(at);
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    if (here.gradient.every((value) => Math.abs(value) <= tolerance)) break;
    const direction = descentDirection(here.gradient, steps);
    const slope = dot(direction, here.gradient);
    let length = 1;
    let there: Evaluated | undefined;
    let reached = at;
    for (let halving = 0; halving < MOST_HALVINGS; halving++, length /= 2) {
      reached = at.map((value, index) => value + length * direction[index]!);
      const tried = await evaluate(reached);
      if (tried.value > here.value + SUFFICIENT * length * slope) continue;
      there = tried;
      break;
    }
    if (there === undefined) break;
    const moved = direction.map((value) => length * value);
    const turned = there.gradient.map((value, index) => value - here.gradient[index]!);
    const product = dot(moved, turned);
    if (product > LEAST_CURVATURE * Math.sqrt(dot(moved, moved) * dot(turned, turned))) steps.push({ moved, turned, product });
    if (steps.length > MEMORY) steps.shift();
    at = reached;
    here = there;
  }
  return at;
};

/** Minus the gradient times an estimate of the inverse Hessian. */
const descentDirection = (gradient: Float64Array, steps: readonly Step[]): Float64Array => {
  const direction = gradient.map((value) => -value);
  const last = steps.at(-1);
  // Without a step to tell the scale from: one of length 1 at most.
  if (last === undefined) return scaled(direction, Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))));
  const shares = steps.map(() => 0);
  for (let index = steps.length - 1; index >= 0; index--) {
    const { moved, turned, product } = steps[index]!;
    shares[index] = dot(moved, direction) / product;
    add(direction, turned, -shares[index]!);
  }
  scaled(direction, last.product / dot(last.turned, last.turned));
  steps.forEach(({ moved, turned, product }, index) => add(direction, moved, shares[index]! - dot(turned, direction) / product));
  return direction;
};

const dot = (one: Float64Array, other: Float64Array): number => {
  let sum = 0;
  for (let index = 0; index < one.length; index++) sum += one[index]! * other[index]!;
  return sum;
};

const add = (to: Float64Array, values: Float64Array, factor: number): void => {
  for (let index = 0; index < to.length; index++) to[index]! += factor * values[index]!;
};

const scaled = (values: Float64Array, factor: number): Float64Array => {
  for (let index = 0; index < values.length; index++) values[index]! *= factor;
  return values;
};
