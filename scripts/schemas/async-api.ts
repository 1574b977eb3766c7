import type { ChannelName, PublishedEvent } from './events.ts';

const SCHEMA_FORMAT = 'application/schema+json;version=2020-12';

interface Channel {
  readonly address: string | null;
  readonly description: string;
  /** As Signalbox sees it. */
  readonly action: 'receive' | 'send';
}

const CHANNELS: Readonly<Record<Exclude<ChannelName, 'log'>, Channel>> = {
  tickets: {
    address: null,
    description: "An SQS queue; its URL is the output TicketsQueueUrl of the stage's journey stack.",
    action: 'receive',
  },
  outcomes: {
    address: null,
    description: "An SQS queue; its URL is the output OutcomesQueueUrl of the stage's journey stack.",
    action: 'receive',
  },
  bus: {
    address: null,
    description:
      "An EventBridge bus, named by the output BusName of the stage's journey stack. Subscribe with a rule of your own.",
    action: 'send',
  },
};

/** The whole as an AsyncAPI 3 document (https://www.asyncapi.com/docs/reference/specification/v3.0.0). */
export const asyncApi = (events: readonly PublishedEvent[], fileOf: (name: string) => string): object => {
  const channels = Object.entries(CHANNELS).map(([name, channel]) => ({
    name,
    ...channel,
    events: events.filter((event) => event.channel === name),
  }));
  const travelling = channels.flatMap((channel) => channel.events);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Signalbox',
      version: '1.0.0',
      description: 'What support tools send to Signalbox, and what it publishes. Addresses are outputs of the deployed stack.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(
      channels.map(({ name, address, description, events: own }) => [
        name,
        {
          address,
          description,
          messages: Object.fromEntries(own.map((event) => [event.name, { $ref: `#/components/messages/${event.name}` }])),
        },
      ]),
    ),
    operations: Object.fromEntries(
      channels.map(({ name, action, events: own }) => [
        `${action}-${name}`,
        {
          action,
          channel: { $ref: `#/channels/${name}` },
          messages: own.map((event) => ({ $ref: `#/channels/${name}/messages/${event.name}` })),
        },
      ]),
    ),
    components: {
      messages: Object.fromEntries(
        travelling.map(({ name, title, description, example }) => [
          name,
          {
            name,
            title,
            description,
            contentType: 'application/json',
            payload: { schemaFormat: SCHEMA_FORMAT, schema: { $ref: `./${fileOf(name)}` } },
            examples: [{ name: 'example', payload: example }],
          },
        ]),
      ),
    },
  };
};
