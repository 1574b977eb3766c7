import { App, CfnOutput, CustomResource, Duration, Stack } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Provider } from 'aws-cdk-lib/custom-resources';
import type { Construct } from 'constructs';

/** A new oven is named after the time at which it was lit. */
const light = `
exports.handler = async ({ RequestType, PhysicalResourceId }) =>
  RequestType === 'Create' ? { PhysicalResourceId: 'oven-' + Date.now(), Data: { Wood: 'beech' } } : { PhysicalResourceId };`;

const isHot = `
exports.handler = async ({ RequestType, PhysicalResourceId, ResourceProperties }) => {
  const minutes = (Date.now() - Number(PhysicalResourceId.slice('oven-'.length))) / 60000;
  if (RequestType !== 'Create') return { IsComplete: true };
  return minutes < Number(ResourceProperties.Minutes) ? { IsComplete: false } : { IsComplete: true, Data: { Hot: 'yes' } };
};`;

/** An oven that takes its time, made by the CDK's own framework for custom resources. */
class BakeryStack extends Stack {
  constructor(scope: Construct, id: string, minutes: number) {
    super(scope, id);
    const handler = (name: string, code: string): Function =>
      new Function(this, name, { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline(code) });
    const provider = new Provider(this, 'Ovens', {
      onEventHandler: handler('Light', light),
      isCompleteHandler: handler('IsHot', isHot),
      queryInterval: Duration.minutes(1),
      totalTimeout: Duration.minutes(30),
    });
    const oven = new CustomResource(this, 'Oven', {
      serviceToken: provider.serviceToken,
      resourceType: 'Custom::Oven',
      properties: { Minutes: minutes },
    });
    const outputs = { Oven: oven.ref, Wood: oven.getAttString('Wood'), Hot: oven.getAttString('Hot') };
    for (const [key, value] of Object.entries(outputs)) new CfnOutput(this, `${key}Output`, { key, value });
  }
}

/** Synthesizes the app into the folder. @param minutes until the oven is hot */
export const synthesizeBakery = (folder: string, minutes: number): string => {
  const app = new App({ outdir: folder });
  new BakeryStack(app, 'bakery', minutes);
  return app.synth().directory;
};
