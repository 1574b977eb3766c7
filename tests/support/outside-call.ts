import { AwsError } from '../../local/service.ts';
import { isOpinion, noOpinion, secondOpinion } from './second-opinion.ts';
import type { ClientConfig } from './test-cloud.ts';

type Members = Readonly<Record<string, unknown>>;

interface Sdk {
  readonly client: new (config: ClientConfig & { readonly md5?: boolean }) => {
    send(command: object): Promise<Record<string, unknown>>;
    destroy(): void;
  };
  readonly commands: Readonly<Record<string, unknown>>;
}

/** The SDK's clients and commands by the names that the local cloud's engines have. */
const sdks: Readonly<Record<string, () => Promise<Sdk>>> = {
  dynamodb: async () => {
    const commands = await import('@aws-sdk/client-dynamodb');
    return { commands, client: commands.DynamoDBClient as unknown as Sdk['client'] };
  },
  s3: async () => {
    const commands = await import('@aws-sdk/client-s3');
    return { commands, client: commands.S3Client as unknown as Sdk['client'] };
  },
  sqs: async () => {
    const commands = await import('@aws-sdk/client-sqs');
    return { commands, client: commands.SQSClient as unknown as Sdk['client'] };
  },
  states: async () => {
    const commands = await import('@aws-sdk/client-sfn');
    return { commands, client: commands.SFNClient as unknown as Sdk['client'] };
  },
  events: async () => {
    const commands = await import('@aws-sdk/client-eventbridge');
    return { commands, client: commands.EventBridgeClient as unknown as Sdk['client'] };
  },
};

/** Whether the run asks another implementation about this service; a test of an engine that it does not know has no opinion. */
export const asksOutside = (service: string): boolean => {
  const opinion = secondOpinion();
  if (!opinion) return false;
  if (!opinion.services.has(service)) noOpinion(`${service} is not known there`);
  return true;
};

export const outsideConfig = (accessKeyId = 'AKIATEST'): ClientConfig => ({
  endpoint: secondOpinion()?.endpoint ?? '',
  region: 'eu-central-1',
  credentials: { accessKeyId, secretAccessKey: 'secret' },
  maxAttempts: 1,
});

const without = (members: Members, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)));

/** Asks the other implementation as an engine is asked: by action and members; its refusals are an `AwsError` as well. */
export const callOutside = async (service: string, action: string, input: Members): Promise<Record<string, unknown>> => {
  const sdk = await sdks[service]?.();
  const Command = sdk?.commands[`${action}Command`] as (new (input: Members) => object) | undefined;
  if (!sdk || !Command) return noOpinion(`the SDK has no ${service}:${action}`);
  isOpinion();
  const client = new sdk.client({ ...outsideConfig(), md5: false });
  try {
    return without(await client.send(new Command(input)), ['$metadata']);
  } catch (error) {
    const { name, message, $metadata } = error as Error & { readonly $metadata?: { readonly httpStatusCode?: number } };
    if ($metadata?.httpStatusCode === undefined) throw error;
    const members = without({ ...(error as object) }, ['name', '$metadata', '$fault', '$response']);
    throw new AwsError(name, message, $metadata.httpStatusCode, members);
  } finally {
    client.destroy();
  }
};

/** What an engine's fixture offers beside calls, where there is no engine: who looks at it has no opinion to ask for. */
export const insideOnly = (what: string): never =>
  new Proxy({}, { get: () => noOpinion(`${what} is the local cloud’s own`) }) as never;
