import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { arnOf, configOf, document, refOf, start, worker, workerCode } from './iam-fixture.ts';

const queueUnder = (Condition: object, Effect: 'Allow' | 'Deny' = 'Allow') => ({
  Queue: { Type: 'AWS::SQS::Queue' },
  Policy: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'Queue' }],
      PolicyDocument: document({ Effect, Principal: '*', Action: 'sqs:SendMessage', Resource: arnOf('Queue'), Condition }),
    },
  },
});

/** What comes of a message that a function without grants of its own sends. */
const sendAsWorker = async (Condition: object): Promise<unknown> => {
  const cloud = await start({ ...queueUnder(Condition), ...worker([]) }, workerCode);
  const message = new SendMessageCommand({ QueueUrl: refOf(cloud, 'Queue'), MessageBody: 'hello' });
  return new SQSClient(await configOf(cloud)).send(message);
};

describe('aws:PrincipalArn', () => {
  test('of a function is the ARN of its role, and lets it in', async () => {
    expect(await sendAsWorker({ ArnEquals: { 'aws:PrincipalArn': arnOf('WorkerRole') } })).toMatchObject({
      MessageId: expect.any(String) as string,
    });
  });

  test.each([
    ['another role’s', 'arn:aws:iam::000000000000:role/another'],
    ['its session’s', 'arn:aws:sts::000000000000:assumed-role/*'],
  ])('is not %s', async (_, arn) => {
    await expect(sendAsWorker({ ArnLike: { 'aws:PrincipalArn': arn } })).rejects.toThrow(
      /:assumed-role\/app-WorkerRole-.* is not authorized/,
    );
  });

  test('shuts out whoever it does not name, a person too', async () => {
    const cloud = await start(
      queueUnder({ ArnNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::000000000000:user/librarian' } }, 'Deny'),
    );
    const send = (name: string) =>
      cloud.call('sqs', 'SendMessage', { QueueUrl: refOf(cloud, 'Queue'), MessageBody: 'hello' }, name);
    await send('librarian');
    await expect(send('visitor')).rejects.toThrow(/:user\/visitor is not authorized .* with an explicit deny/);
  });
});

test('a condition key that no request could tell stops the deployment, naming statement and key', async () => {
  await expect(start(queueUnder({ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }))).rejects.toThrow(
    /app\/Policy.*the condition key aws:PrincipalOrgID/,
  );
});
