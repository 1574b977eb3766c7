import { describe, expect, test } from 'vitest';
import { functionResources } from './support/written-assembly.ts';
import { start } from './cloud-fixture.ts';

describe('custom resources', () => {
  /** Answers as handlers written for AWS do: by https to the response's address. */
  const provider = `
    const https = require('https');
    exports.handler = (event) => new Promise((resolve, reject) => {
      console.log(event.RequestType + ' ' + event.ResourceProperties.Size + ' ' + event.PhysicalResourceId);
      const failed = event.ResourceProperties.Fail;
      const body = JSON.stringify({ Status: failed ? 'FAILED' : 'SUCCESS', Reason: 'not today', PhysicalResourceId: 'thing-1',
        StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId, Data: { Answer: '42' } });
      const url = new URL(event.ResponseURL);
      const request = https.request({ hostname: url.hostname, path: url.pathname, method: 'PUT', headers: { 'content-length': body.length } }, (response) => {
        response.resume();
        response.on('end', resolve);
      });
      request.on('error', reject);
      request.end(body);
    });`;
  const app = (properties: Record<string, unknown> = {}) => ({
    code: { provide: { 'index.js': provider } },
    resources: {
      ...functionResources('Provider', 'provide'),
      Thing: {
        Type: 'Custom::Thing',
        Properties: { ServiceToken: { 'Fn::GetAtt': ['Provider', 'Arn'] }, Size: 3, ...properties },
      },
    },
    outputs: { Id: { Value: { Ref: 'Thing' } }, Answer: { Value: { 'Fn::GetAtt': ['Thing', 'Answer'] } } },
  });

  test('are created, updated by a later deployment and deleted with the stack', async () => {
    const cloud = await start(app());
    expect(cloud.outputs['app']).toEqual({ Id: 'thing-1', Answer: '42' });
    await cloud.redeploy();
    await cloud.destroy();
    const name = cloud.resources.get('app/Provider')?.ref ?? '';
    await expect
      .poll(() => cloud.engines.lambda.logsOf(name))
      .toEqual(['Create 3 undefined', 'Update 3 thing-1', 'Delete 3 thing-1']);
  });

  test('that fail stop the deployment with their reason', async () => {
    await expect(start(app({ Fail: 'yes' }))).rejects.toThrow('app/Thing (Custom::Thing): Create failed: "not today"');
  });

  test('that empty buckets do so when the stack is destroyed', async () => {
    const cloud = await start({
      code: { provide: { 'index.js': '' } },
      resources: {
        Data: { Type: 'AWS::S3::Bucket' },
        ...functionResources('Provider', 'provide'),
        Empty: {
          Type: 'Custom::S3AutoDeleteObjects',
          Properties: { ServiceToken: { 'Fn::GetAtt': ['Provider', 'Arn'] }, BucketName: { Ref: 'Data' } },
        },
      },
    });
    const Bucket = cloud.resources.get('app/Data')?.ref ?? '';
    await cloud.call('s3', 'PutObject', { Bucket, Key: 'k', Body: Buffer.from('x') });
    await cloud.destroy();
    expect(cloud.engines.s3.inspect(Bucket)).toEqual([]);
  });
});
