import { Tags, Validations } from 'aws-cdk-lib';
import type { App, Environment } from 'aws-cdk-lib';
import { JourneyStack } from './journey-stack.ts';
import { NagChecks } from './nag-checks.ts';
import type { ImageEncoder } from './model-image.ts';
import type { StageSettings } from './stages.ts';
import { StatefulStack } from './stateful-stack.ts';

export interface SignalboxProps {
  readonly stage: StageSettings;
  /** Folder with the Dockerfile of the model container and what it copies. */
  readonly modelBuildContext: string;
  /** The sentence encoder in it. */
  readonly encoder: ImageEncoder;
  /**
   * Account and region.
   * @default any: the templates say so
   */
  readonly env?: Environment;
}

export interface Signalbox {
  readonly stateful: StatefulStack;
  readonly journey: JourneyStack;
}

/** Both stacks of a stage, tagged, and checked by cdk-nag when they are synthesized. */
export const addSignalbox = (app: App, props: SignalboxProps): Signalbox => {
  const { stage } = props;
  const shared = { stage, ...(props.env && { env: props.env }) };
  const stateful = new StatefulStack(app, `signalbox-${stage.name}-stateful`, {
    ...shared,
    description: 'Signalbox: tables, buckets and keys',
  });
  const journey = new JourneyStack(app, `signalbox-${stage.name}-journey`, {
    ...shared,
    stateful,
    modelBuildContext: props.modelBuildContext,
    encoder: props.encoder,
    description: "Signalbox: a ticket's journey, and the retraining",
  });
  Tags.of(app).add('application', 'signalbox');
  Tags.of(app).add('stage', stage.name);
  Validations.of(app).addPlugins(new NagChecks());
  return { stateful, journey };
};
