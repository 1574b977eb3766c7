import { describe, expect, test } from 'vitest';
import { howToSend } from '../../cli/start/print-summary.ts';

const outputs = {
  TicketsQueueUrl: 'http://127.0.0.1:1/000000000000/tickets',
  OutcomesQueueUrl: '',
  TopicsQueueUrl: '',
  ArchiveQueueUrl: '',
  RescoreQueueUrl: '',
  UndeliveredQueueUrl: '',
  TicketsTable: 'tickets',
  TopicsTable: '',
  ModelsTable: '',
  QuarantineTable: '',
  DataBucket: '',
  BusName: '',
  StateMachineArn: '',
  EndpointPrefix: '',
};

describe('how to send a ticket', () => {
  const said = howToSend(
    {
      endpoint: 'http://127.0.0.1:1',
      region: 'eu-central-1',
      credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
      outputs: {},
    },
    outputs,
  );

  test('names the region for the AWS command line of version 1 too, which reads AWS_DEFAULT_REGION only', () => {
    expect(said).toMatch(/export .*AWS_REGION=eu-central-1/);
    expect(said).toMatch(/export .*AWS_DEFAULT_REGION=eu-central-1/);
  });

  test('the event stands in single quotes as valid JSON', () => {
    const event: unknown = JSON.parse(/--message-body '([^']+)'/.exec(said)?.[1] ?? '');
    expect(event).toMatchObject({ specversion: '1.0', type: 'ticket.created.v1', subject: 'TICKET-1' });
  });
});
