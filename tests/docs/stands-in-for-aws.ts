import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LocalCloud } from '../../local/cloud.ts';

/** What the local cloud has not, and a person on AWS asks: CloudFormation, subscriptions to alarms, and logs. On loopback. */
export interface StandIn {
  readonly endpoint: string;
  /** What it was asked for: the action, and what it was about. */
  readonly asked: readonly string[];
  readonly close: () => void;
}

const xml = (action: string, body: string): string =>
  `<${action}Response><${action}Result>${body}</${action}Result></${action}Response>`;

/**
 * @param names of stacks that are asked about
 * @param local the stack of the local cloud that passes for each of them
 */
export const standInForAws = async (cloud: LocalCloud, names: readonly string[], local: string): Promise<StandIn> => {
  const outputs = Object.entries(cloud.outputs[local] ?? {});
  const resources = [...cloud.resources].flatMap(([path, values]) => {
    const [of, id] = path.split('/');
    return of === local
      ? [`<member><LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${values.ref}</PhysicalResourceId></member>`]
      : [];
  });
  const answers: Readonly<Record<string, string>> = {
    DescribeStacks: `<Stacks><member><StackName>${local}</StackName><Outputs>${outputs
      .map(([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`)
      .join('')}</Outputs></member></Stacks>`,
    DescribeStackResources: `<StackResources>${resources.join('')}</StackResources>`,
    Subscribe: '<SubscriptionArn>pending confirmation</SubscriptionArn>',
  };
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const target = String(request.headers['x-amz-target'] ?? '').split('.')[1];
      if (target === 'FilterLogEvents') {
        asked.push(`FilterLogEvents ${String(JSON.parse(body).logGroupName)}`);
        response.setHeader('content-type', 'application/x-amz-json-1.1');
        return response.end(JSON.stringify({ events: [{ message: '{"level":"ERROR"}' }] }));
      }
      const form = new URLSearchParams(body);
      const action = form.get('Action') ?? '';
      asked.push(`${action} ${form.get('StackName') ?? form.get('TopicArn') ?? ''}`);
      const known = Object.hasOwn(answers, action) && (action === 'Subscribe' || names.includes(form.get('StackName') ?? ''));
      response.statusCode = known ? 200 : 400;
      response.setHeader('content-type', 'text/xml');
      return response.end(
        known
          ? xml(action, answers[action] ?? '')
          : `<ErrorResponse><Error><Code>ValidationError</Code><Message>${action} does not exist here</Message></Error></ErrorResponse>`,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    asked,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
