import type { AbstainReason } from '../../core/contracts/bus-event.ts';
import { PRICES } from '../../core/cost/prices.ts';
import type { LabelledTicket } from './labelled-ticket.ts';
import type { Access, JourneyOutputs } from './operator.ts';
import type { Incident, Planted, Summary, TeamShare, TopicSize } from './summarize.ts';
import { counted, durationText, REASONS, timeOfDay } from './words.ts';

/** Topics shown by name; the others are counted. */
const TOPICS_SHOWN = 8;
const INCIDENTS_SHOWN = 3;
const NAME_LENGTH = 36;
/** Tickets of a new issue that are named. */
export const TICKETS_SHOWN = 3;

/** What came of a run. */
export interface Report {
  readonly summary: Summary;
  readonly topicSizes: readonly TopicSize[];
  readonly teams: readonly TeamShare[];
  readonly stages: readonly { readonly stage: string; readonly requests: number; readonly functionMs: number }[];
  readonly live: readonly LabelledTicket[];
}

type Row = readonly [name: string, value: string];

/** The summary as a person reads it. */
export const summaryText = (report: Report): string => {
  const sections: readonly (readonly [string, readonly Row[]])[] = [
    ['For who runs support', [...routingRows(report), ...topicRows(report), ...incidentRows(report.summary)]],
    ['For who runs the system', engineRows(report)],
  ];
  const width = Math.max(...sections.flatMap(([, rows]) => rows.map(([name]) => name.length))) + 2;
  return sections
    .map(([title, rows]) => [`  ${title}`, ...rows.map(([name, value]) => `    ${name.padEnd(width)}${value}`)].join('\n'))
    .join('\n\n');
};

const routingRows = ({ summary }: Report): readonly Row[] => {
  const share = (count: number): string => `${count} (${Math.round((100 * count) / Math.max(1, summary.tickets))} %)`;
  return [
    ['tickets', String(summary.tickets)],
    ['routed by themselves', share(summary.routed)],
    ['  … where people sent them', `${Math.round(summary.agreement * 100)} % of the routed`],
    ['left to people', share(summary.abstained)],
    ...reasonsOf(summary).map(([reason, count]): Row => [`  ${reason}`, String(count)]),
    ['set aside as unreadable', String(summary.quarantined)],
    ['lost', String(summary.lost)],
  ];
};

/** In words, the most frequent first. */
export const reasonsOf = ({ leftBecause }: Summary): readonly (readonly [string, number])[] =>
  (Object.entries(leftBecause) as [AbstainReason, number][])
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, count]) => [REASONS[reason], count]);

const topicRows = ({ summary, topicSizes }: Report): readonly Row[] => [
  ['topics found', String(summary.topics)],
  ...topicSizes.slice(0, TOPICS_SHOWN).map(({ label, tickets }): Row => [`  ${label}`, String(tickets)]),
];

const incidentRows = ({ incidents, planted }: Summary): readonly Row[] => [
  ['new issues noticed', incidents.length === 0 ? 'none' : String(incidents.length)],
  ...incidents.slice(0, INCIDENTS_SHOWN).flatMap((incident): readonly Row[] => [
    [`  ${shortened(incidentName(incident), NAME_LENGTH)}`, incidentText(incident)],
    ['    for example', incident.ticketIds.slice(0, TICKETS_SHOWN).join(', ')],
  ]),
  ...(planted === null ? [] : [['the incident in the sample', plantedText(planted)] as const]),
];

/** What its tickets say; the subject of the first one where they share no words. */
export const incidentName = ({ phrases, subject }: Incident): string =>
  phrases.length > 0 ? phrases.join(', ') : `“${subject}”`;

export const incidentText = ({ firstSeen, noticedAt, ticketIds }: Incident): string =>
  `first ticket at ${timeOfDay(firstSeen)}, noticed at ${timeOfDay(noticedAt)} with ${counted(ticketIds.length, 'ticket')}`;

export const plantedText = ({ tickets, firstSeen, noticedAt }: Planted): string =>
  `${counted(tickets, 'ticket')}, began at ${timeOfDay(firstSeen)}, ` +
  (noticedAt === null
    ? 'not noticed'
    : `noticed at ${timeOfDay(noticedAt)}, ${durationText(Date.parse(noticedAt) - Date.parse(firstSeen))} later`);

const engineRows = ({ summary, stages }: Report): readonly Row[] => [
  ['queue to decision', `${summary.p50Ms} ms median, ${summary.p95Ms} ms for 95 %`],
  ['tickets a second', String(summary.ticketsPerSecond)],
  ['AWS requests a ticket', String(summary.awsRequestsPerTicket)],
  ...stages.map(({ stage, requests, functionMs }): Row => {
    const each = (total: number, digits: number): string => (total / Math.max(1, summary.tickets)).toFixed(digits);
    return [`  ${stage}`, `${each(requests, 2)}${functionMs > 0 ? `, ${each(functionMs, 1)} ms in functions` : ''}`];
  }),
  ...(summary.usdPerMillion === null
    ? []
    : [['dollars a million tickets', `${summary.usdPerMillion} (${costBasis()}; see cost --help)`] as const]),
  ['took in all', `${summary.seconds} s`],
];

/** What the estimate rests on, in short. */
export const costBasis = (): string =>
  `estimated at list prices of ${PRICES.region}, ${PRICES.date}, tickets kept for a year, idle cost apart`;

export const shortened = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;

/** How to send a ticket to a local cloud that stays up. */
export const howToSend = (
  { endpoint, region, credentials }: Access,
  { TicketsQueueUrl, TicketsTable }: JourneyOutputs,
): string => {
  const event = {
    specversion: '1.0',
    id: 'hello-1',
    source: 'my-support-tool',
    type: 'ticket.created.v1',
    subject: 'TICKET-2',
    time: new Date().toISOString(),
    data: { version: 1, subject: 'Where is my refund?', body: 'I sent the lamp back three weeks ago and still have no money.' },
  };
  return `The local cloud is up. In another terminal, in this folder:

  npm run -s signalbox -- ticket send --id TICKET-1 --subject "${event.data.subject}" --body "${event.data.body}" --wait
                                                    send a ticket, and see where it goes and why
  npm run -s signalbox -- ticket show TICKET-1      everything about that ticket, at any time
  npm run -s signalbox -- status                    what is live, and what waits
  npm run -s signalbox -- readiness --data FILE …   what your own tickets can carry; import FILE … teaches them

As a support tool sends it, with the AWS command line:

  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}
  export AWS_ACCESS_KEY_ID=${credentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${credentials.secretAccessKey}
  aws sqs send-message --queue-url ${TicketsQueueUrl} --endpoint-url $AWS_ENDPOINT_URL --message-body '${JSON.stringify(event)}'
  aws dynamodb get-item --table-name ${TicketsTable} --key '{"pk":{"S":"ticket#TICKET-2"},"sk":{"S":"state"}}'

or from code, with the same variables set:

  import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
  const event = { specversion: '1.0', id: 'hello-2', source: 'my-support-tool', type: 'ticket.created.v1', subject: 'TICKET-3',
    time: new Date().toISOString(), data: { version: 1, subject: 'Wrong size', body: 'The jersey is too small, can I swap it?' } };
  await new SQSClient().send(new SendMessageCommand({ QueueUrl: '${TicketsQueueUrl}', MessageBody: JSON.stringify(event) }));

Ctrl-C ends it.`;
};
