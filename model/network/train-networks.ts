import { averageNetworks } from './network-files.ts';
import type { NetworkWeights } from './network.ts';
import { trainNetwork } from './train-network.ts';
import type { NetworkData } from './train-network.ts';

/** Below this, networks are small: larger ones gained nothing, and take their time. */
const VERY_FEW_EXAMPLES = 1_000;
/** Every network takes at least about this many steps, whatever the number of examples. */
const FEWEST_STEPS = 400;
/** Seeds of networks are this far apart, so that no two heads or trainings of neighbouring seeds share one. */
const SEEDS_APART = 3;

export interface NetworkSize {
  /** Hidden values below VERY_FEW_EXAMPLES, and from there on. */
  readonly hidden: readonly [small: number, large: number];
  readonly learningRate: number;
  readonly seed: number;
}

/** Of the network on the ticket space. */
export const ON_SPACE = { hidden: [128, 512], learningRate: 2e-3 } as const;
/** Of the network on the encoder's standardised states. */
export const ON_STATES = { hidden: [64, 512], learningRate: 1e-3 } as const;

/** Trains networks of as many seeds, as one whose scores are the mean of theirs. The settings were chosen on training texts of Banking77 and CLINC150. */
export const trainNetworks = async (
  data: NetworkData,
  { hidden: [small, large], learningRate, seed }: NetworkSize,
  networkCount: number,
): Promise<NetworkWeights> => {
  const count = data.rows.length / data.inputs;
  const batch = count >= 2_000 ? 64 : 32;
  const steps = Math.max(1, Math.floor(count / batch));
  const networks: NetworkWeights[] = [];
  for (let at = 0; at < networkCount; at++)
    networks.push(
      await trainNetwork(data, {
        hidden: count < VERY_FEW_EXAMPLES ? small : large,
        epochs: Math.max(10, Math.min(40, Math.ceil(FEWEST_STEPS / steps))),
        batch,
        learningRate,
        weightDecay: 0.02,
        dropout: 0.2,
        labelSmoothing: 0.1,
        seed: seed * SEEDS_APART + at,
      }),
    );
  return averageNetworks(networks);
};
