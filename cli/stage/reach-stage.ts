import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { z } from 'zod';
import { askCloud } from '../local/surroundings.ts';
import { operatorWith } from '../start/operator.ts';
import type { ClientSettings, Operator } from '../start/operator.ts';
import { UsageError, UserError } from '../user-error.ts';
import { asAwsMistake } from './aws-mistakes.ts';
import { LOCAL_STAGE } from './local-stage.ts';
import type { StageSurroundings } from './surroundings.ts';

/** Who the person at the keyboard is to the local cloud; these requests are not counted as the journey's. */
const OPERATOR = 'operator';

/** A deployed Signalbox, and a person's access to it. */
export interface Stage extends Operator {
  /** `local`, or the name that it was deployed under. */
  readonly name: string;
  /** For clients that an operator does not have. */
  readonly settings: ClientSettings;
  /** The time there, milliseconds since the epoch: the local cloud's clock may run ahead of the wall. */
  readonly now: () => Promise<number>;
}

/** Stage names as they stand in the names of stacks. */
const STAGE_NAME = /^[a-z][a-z0-9-]{0,30}$/;

/**
 * The stage of that name: the local cloud that runs, or the stack `signalbox-<name>-journey` in the account and region of the caller's
 * own AWS credentials.
 * @throws UsageError for what is no stage's name; UserError where it cannot be reached, with what to do
 */
export const reachStage = async (name: string, around: StageSurroundings): Promise<Stage> => {
  if (!STAGE_NAME.test(name))
    throw new UsageError(`"${name}" is no stage; name ${LOCAL_STAGE}, dev, prod or another that was deployed.`);
  const { settings, outputs } =
    name === LOCAL_STAGE ? await localCloud(around) : { settings: around.aws, outputs: await stackOutputs(name, around) };
  try {
    const now = async (): Promise<number> =>
      name === LOCAL_STAGE ? Date.parse((await askCloud(around, 'clock', {})).now) : around.now();
    return { name, settings, now, ...operatorWith(settings, outputs) };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const missing = error.issues.map(({ path }) => path.join('.')).join(', ');
    throw new UserError(
      `Stage ${name} was deployed from another version of Signalbox: its stack does not say ${missing}. ${
        name === LOCAL_STAGE
          ? 'End the local cloud, and start it again with npm start.'
          : `Deploy it again: ${deployCommand(name)}.`
      }`,
      { cause: error },
    );
  }
};

type Reached = { readonly settings: ClientSettings; readonly outputs: Readonly<Record<string, string>> };

const localCloud = async (around: StageSurroundings): Promise<Reached> => {
  const { endpoint, region, credentials, outputs } = await askCloud(around, 'access', { caller: OPERATOR });
  return { settings: { endpoint, region, credentials }, outputs: Object.assign({}, ...Object.values(outputs)) };
};

const deployCommand = (stage: string): string => `npx cdk deploy --all -c stage=${stage}`;

const stackOutputs = async (stage: string, { cloudFormation }: StageSurroundings): Promise<Reached['outputs']> => {
  const StackName = `signalbox-${stage}-journey`;
  const client = new CloudFormationClient(cloudFormation);
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
    const outputs = Stacks?.[0]?.Outputs ?? [];
    return Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  } catch (error) {
    // CloudFormation has no error of its own for it.
    if (error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message)) {
      const region = await client.config.region();
      throw new UserError(
        `Stage ${stage} is not deployed: there is no stack ${StackName} in ${region} of this account. ` +
          `Deploy it with ${deployCommand(stage)}, or choose another account or region with AWS_PROFILE and AWS_REGION.`,
        { cause: error },
      );
    }
    throw asAwsMistake(error);
  } finally {
    client.destroy();
  }
};
