import { fileOf } from '../artifact.ts';
import type { Artifact } from '../artifact.ts';
import { float32Bytes, float32Of } from '../bytes.ts';
import { ArtifactError } from '../errors.ts';
import type { ArtifactFiles } from '../stages.ts';
import type { NetworkWeights } from './network.ts';

export const networkFiles = (prefix: string, weights: NetworkWeights): ArtifactFiles =>
  new Map([
    [`${prefix}.inner.f32`, float32Bytes(weights.inner)],
    [`${prefix}.inner-bias.f32`, float32Bytes(weights.innerBias)],
    [`${prefix}.outer.f32`, float32Bytes(weights.outer)],
    [`${prefix}.outer-bias.f32`, float32Bytes(weights.outerBias)],
  ]);

/** @throws ArtifactError where sizes do not fit */
export const openNetworkWeights = (artifact: Artifact, prefix: string, inputs: number, classes: number): NetworkWeights => {
  const floats = (name: string): Float32Array => float32Of(fileOf(artifact, `${prefix}.${name}.f32`));
  const innerBias = floats('inner-bias');
  const hidden = innerBias.length;
  const weights = {
    inputs,
    hidden,
    classes,
    inner: floats('inner'),
    innerBias,
    outer: floats('outer'),
    outerBias: floats('outer-bias'),
  };
  if (
    hidden === 0 ||
    weights.inner.length !== inputs * hidden ||
    weights.outer.length !== hidden * classes ||
    weights.outerBias.length !== classes
  )
    throw new ArtifactError(
      `The files ${prefix}.inner* and outer* do not fit the space and the labels; the model is damaged, train it again.`,
    );
  return weights;
};

/** One network whose scores are the mean of the scores of several: their hidden layers side by side. */
export const averageNetworks = (networks: readonly NetworkWeights[]): NetworkWeights => {
  const [first] = networks;
  if (first === undefined) throw new RangeError('There is no network to average.');
  const { inputs, classes } = first;
  const hidden = networks.reduce((sum, network) => sum + network.hidden, 0);
  const inner = new Float32Array(inputs * hidden);
  const innerBias = new Float32Array(hidden);
  const outer = new Float32Array(hidden * classes);
  const outerBias = new Float32Array(classes);
  let offset = 0;
  for (const network of networks) {
    for (let row = 0; row < inputs; row++)
      inner.set(network.inner.subarray(row * network.hidden, (row + 1) * network.hidden), row * hidden + offset);
    innerBias.set(network.innerBias, offset);
    for (let at = 0; at < network.outer.length; at++) outer[offset * classes + at] = network.outer[at]! / networks.length;
    for (let at = 0; at < classes; at++) outerBias[at]! += network.outerBias[at]! / networks.length;
    offset += network.hidden;
  }
  return { inputs, hidden, classes, inner, innerBias, outer, outerBias };
};
