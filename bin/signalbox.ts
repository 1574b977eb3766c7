import { App } from 'aws-cdk-lib';
import { labelDeclaration } from '../lib/label-declaration.ts';
import { assembleModelImage } from '../lib/model-image.ts';
import { addSignalbox } from '../lib/signalbox.ts';
import { STAGE_NAMES, stageNamed } from '../lib/stages.ts';

/** Comes with npm; another one is added with `signalbox encoder add`. */
const DEFAULT_ENCODER = 'use-lite';

const fail = (sentence: string): never => {
  process.stderr.write(`signalbox: ${sentence}\n`);
  process.exit(1);
};

const app = new App();

const asked: unknown = app.node.tryGetContext('stage') ?? 'dev';
const stage =
  stageNamed(asked) ??
  fail(`there is no stage ${JSON.stringify(asked)}; say -c stage=NAME with one of ${STAGE_NAMES.join(', ')}.`);

try {
  labelDeclaration(app);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

const encoder: unknown = app.node.tryGetContext('encoder') ?? DEFAULT_ENCODER;
if (typeof encoder !== 'string' || encoder === '')
  fail(`the encoder is ${JSON.stringify(encoder)}; say -c encoder=NAME with a name of "signalbox encoder list".`);
const image = assembleModelImage(String(encoder));
const { folder: modelBuildContext, encoder: imageEncoder } = 'folder' in image ? image : fail(image.problem);

// Absent where nobody is signed in; the templates then fit any account and region.
const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
addSignalbox(app, { stage, modelBuildContext, encoder: imageEncoder, ...(account && region && { env: { account, region } }) });
