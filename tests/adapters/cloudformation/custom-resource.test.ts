import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { answerCustomResource } from '../../../adapters/cloudformation/custom-resource.ts';

/** What CloudFormation received; answers with the statuses given, the last one again and again. */
const startReceiver = async (statuses: readonly number[]) => {
  const received: { method: string | undefined; contentType: string | undefined; body: unknown }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const status = statuses[Math.min(received.length, statuses.length - 1)] ?? 200;
      received.push({
        method: request.method,
        contentType: request.headers['content-type'],
        body: JSON.parse(Buffer.concat(chunks).toString()),
      });
      response.writeHead(status, { connection: 'close' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer?signature=x` };
};

const request = (ResponseURL: string) => ({
  RequestType: 'Delete' as const,
  ResponseURL,
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'RemoveEndpoints',
});
const answer = answerCustomResource({ physicalResourceId: 'signalbox-endpoints', fetch });

test('the answer is put as bytes without a content type, as the URL was signed', async () => {
  const { received, url } = await startReceiver([200]);
  await answer(request(url), { status: 'FAILED', reason: 'An endpoint is still being made.' });
  expect(received).toEqual([
    {
      method: 'PUT',
      contentType: undefined,
      body: {
        Status: 'FAILED',
        Reason: 'An endpoint is still being made.',
        PhysicalResourceId: 'signalbox-endpoints',
        StackId: 'stack',
        RequestId: 'request',
        LogicalResourceId: 'RemoveEndpoints',
      },
    },
  ]);
});

test('an answer that was not taken is given again, three times in all', async () => {
  const twice = await startReceiver([503, 200]);
  await answer(request(twice.url), { status: 'SUCCESS' });
  expect(twice.received).toHaveLength(2);

  const never = await startReceiver([503]);
  await expect(answer(request(never.url), { status: 'SUCCESS' })).rejects.toMatchObject({ name: 'CustomResourceAnswerError' });
  expect(never.received).toHaveLength(3);
});
