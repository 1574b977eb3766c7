import { describe, expect, test } from 'vitest';
import { howToSend, summaryText } from '../../cli/start/print-summary.ts';
import { startReport } from '../support/start-report.ts';

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
    expect(event).toMatchObject({ specversion: '1.0', type: 'ticket.created.v1', subject: 'TICKET-2' });
  });

  test('first of all without anything that Signalbox does not bring', () => {
    expect(said).toMatch(
      /^The local cloud is up\. In another terminal, in this folder:\n\n {2}npm run -s signalbox -- ticket send /,
    );
  });
});

describe('the summary', () => {
  const lines = (changes: Parameters<typeof startReport>[0] = {}): readonly string[] =>
    summaryText(startReport(changes)).split('\n');
  const lineOf = (name: string, said = lines()): string => said.find((line) => line.trim().startsWith(name)) ?? '';

  test('tells who runs support how many went by themselves, how many rightly, and why others were left to people', () => {
    expect(lineOf('routed by themselves')).toMatch(/210 \(76 %\)$/);
    expect(lineOf('… where people sent them')).toMatch(/90 % of the routed$/);
    const from = lines().findIndex((line) => line.includes('left to people'));
    expect(lines().slice(from + 1, from + 4)).toEqual([
      expect.stringMatching(/not sure enough where it belongs +41$/),
      expect.stringMatching(/unlike anything that was seen before +19$/),
      expect.stringMatching(/no words to go by +2$/),
    ]);
  });

  test('tells what a new issue is about, when it began, when it was noticed, and some of its tickets', () => {
    expect(lineOf('E-417, PayPal <b>error</b>')).toMatch(/first ticket at 09:29, noticed at 10:17 with 10 tickets$/);
    expect(lineOf('for example')).toMatch(/T-26, T-27, T-28$/);
    expect(lineOf('the incident in the sample')).toMatch(/22 tickets, began at 09:29, noticed at 10:17, 48 min later$/);
  });

  test('calls a new issue whose tickets share no words by the subject of the first one', () => {
    const [incident] = startReport().summary.incidents;
    expect(lineOf('“PayPal <b>error</b> E-417”', lines({ incidents: [{ ...incident!, phrases: [] }] }))).toMatch(
      /with 10 tickets$/,
    );
  });

  test('says so where the planted incident was missed, and nothing of it for other tickets', () => {
    const missed = lines({ incidents: [], planted: { tickets: 22, firstSeen: '2026-11-21T09:29:00.000Z', noticedAt: null } });
    expect(lineOf('new issues noticed', missed)).toMatch(/none$/);
    expect(lineOf('the incident in the sample', missed)).toMatch(/began at 09:29, not noticed$/);
    expect(lineOf('the incident in the sample', lines({ planted: null }))).toBe('');
  });

  test('tells an engineer time, requests and dollars, with what the dollars rest on', () => {
    expect(lineOf('routing')).toMatch(/3\.53, 18\.5 ms in functions$/);
    expect(lineOf('bus deliveries')).toMatch(/2\.91$/);
    expect(lineOf('dollars a million tickets')).toMatch(
      /87\.31 \(estimated at list prices of [\w-]+, \d{4}-\d{2}-\d{2}, tickets kept for a year, idle cost apart/,
    );
    expect(lineOf('dollars', lines({ usdPerMillion: null }))).toBe('');
  });

  test('never speaks of logits, scores or embeddings', () => {
    expect(lines().join('\n')).not.toMatch(/logit|score|embedding|centroid|threshold/i);
  });
});
