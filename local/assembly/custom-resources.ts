import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Dispatch } from '../service.ts';
import type { State } from '../state/state.ts';
import type { MadeResource, ResourceToMake } from './deploy.ts';
import { AssemblyError } from './errors.ts';
import { isObject, objectOf, optionalNumber, textOf } from './json.ts';
import type { JsonObject } from './json.ts';

/** Takes the responses that functions of custom resources send. */
export interface ResponseServer {
  readonly endpoint: string;
  /** The next response's address, and what is sent there. */
  expect(): { readonly url: string; readonly response: Promise<JsonObject>; readonly forget: () => void };
  close(): Promise<void>;
}

const path = '/cloudformation-response/';

export const startResponseServer = async (): Promise<ResponseServer> => {
  const expected = new Map<string, (response: JsonObject) => void>();
  const server = createServer((request, reply) => {
    const take = async (): Promise<void> => {
      const settle = expected.get((request.url ?? '').slice(path.length));
      const body = await text(request);
      reply.statusCode = settle && request.method === 'PUT' ? 200 : 404;
      reply.end();
      if (settle && request.method === 'PUT') settle(objectOf(JSON.parse(body), 'a custom resource’s response'));
    };
    take().catch(() => reply.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const endpoint = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  return {
    endpoint,
    expect: () => {
      const id = randomUUID();
      const { promise, resolve } = Promise.withResolvers<JsonObject>();
      expected.set(id, resolve);
      return { url: endpoint + path + id, response: promise, forget: () => expected.delete(id) };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const cloudFormation = { name: 'cloudformation.amazonaws.com', principal: 'cloudformation.amazonaws.com' };
/**
 * After the function has returned. CloudFormation gives an hour where the template sets no `ServiceTimeout`; nobody waits that long at a
 * desk for a response that a handler forgot.
 */
const defaultTimeoutSeconds = 120;

export interface CustomResourceOptions {
  readonly dispatch: Dispatch;
  readonly responses: ResponseServer;
  readonly state: State;
  /** Waits for a response, and lets the clock go on for whoever is to send it: a waiter looks every minute whether it is time. */
  readonly untilAnswered: (response: Promise<JsonObject>) => Promise<JsonObject>;
}

/**
 * Creates a custom resource by calling its function and waiting for the response, as CloudFormation does.
 * @throws AssemblyError with the function's reason if it fails
 */
export const makeCustomResource = async (
  resource: ResourceToMake,
  { dispatch, responses, state, untilAnswered }: CustomResourceOptions,
): Promise<MadeResource> => {
  const where = `${resource.stack}/${resource.logicalId} (${resource.type})`;
  const serviceToken = textOf(resource.properties['ServiceToken'], `ServiceToken of ${where}`);
  if (serviceToken.split(':')[2] !== 'lambda')
    throw new AssemblyError(`${where}: only a function can provide a custom resource here`);
  const properties = asStrings(resource.properties);
  const timeoutSeconds = optionalNumber(resource.properties['ServiceTimeout'], 'ServiceTimeout') ?? defaultTimeoutSeconds;

  const request = async (
    type: 'Create' | 'Update' | 'Delete',
    physicalId?: string,
    oldProperties = properties,
  ): Promise<JsonObject> => {
    const expected = responses.expect();
    const event = {
      RequestType: type,
      ServiceToken: serviceToken,
      ResponseURL: expected.url,
      StackId: resource.stackId,
      RequestId: randomUUID(),
      LogicalResourceId: resource.logicalId,
      ResourceType: resource.type,
      ...(physicalId !== undefined && { PhysicalResourceId: physicalId }),
      ResourceProperties: properties,
      ...(type === 'Update' && { OldResourceProperties: oldProperties }),
    };
    let timer: NodeJS.Timeout | undefined;
    try {
      const input = {
        FunctionName: serviceToken,
        InvocationType: 'RequestResponse',
        Payload: Buffer.from(JSON.stringify(event)),
      };
      const reply = await dispatch({ caller: cloudFormation, service: 'lambda', action: 'Invoke', input });
      // CloudFormation would wait for the whole timeout; what failed will not answer any more.
      if (reply['FunctionError']) {
        throw new AssemblyError(`${where}: ${type} failed: ${Buffer.from(reply['Payload'] as Uint8Array).toString()}`);
      }
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(
          () => reject(new AssemblyError(`${where}: no response to ${type} in ${timeoutSeconds} s`)),
          timeoutSeconds * 1000,
        );
      });
      const response = await untilAnswered(Promise.race([expected.response, late]));
      if (response['Status'] !== 'SUCCESS')
        throw new AssemblyError(`${where}: ${type} failed: ${JSON.stringify(response['Reason'])}`);
      return response;
    } finally {
      clearTimeout(timer);
      expected.forget();
    }
  };

  const kept = state.section<CreatedResource>(`custom-resources/${resource.stack}/${resource.logicalId}`);

  const accept = (response: JsonObject): CreatedResource => {
    const physicalId = textOf(response['PhysicalResourceId'], `PhysicalResourceId of ${where}`);
    const accepted = { physicalId, attributes: objectOf(response['Data'], `Data of ${where}`), properties };
    kept.put('created', accepted);
    return accepted;
  };

  const update = async (old: CreatedResource): Promise<CreatedResource> => {
    const updated = accept(await request('Update', old.physicalId, old.properties));
    // Another id is a replacement: the old one is deleted.
    if (updated.physicalId !== old.physicalId) await request('Delete', old.physicalId);
    return updated;
  };

  /** As CloudFormation does: what an earlier run created is updated where its properties have changed, and else left alone. */
  const make = async (): Promise<CreatedResource> => {
    const [, earlier] = kept.restored()[0] ?? [];
    if (!earlier) return accept(await request('Create'));
    return JSON.stringify(earlier.properties) === JSON.stringify(properties) ? earlier : update(earlier);
  };

  let created = await make();
  return {
    ref: created.physicalId,
    attributes: created.attributes,
    update: async () => {
      created = await update(created);
    },
    destroy: async () => {
      await request('Delete', created.physicalId);
      kept.remove('created');
    },
  };
};

interface CreatedResource {
  readonly physicalId: string;
  readonly attributes: JsonObject;
  readonly properties: JsonObject;
}

/** CloudFormation hands numbers and booleans over as strings. */
const asStrings = (value: JsonObject): JsonObject => {
  const convert = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(convert);
    if (isObject(part)) return asStrings(part);
    return typeof part === 'number' || typeof part === 'boolean' ? String(part) : part;
  };
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, convert(member)]));
};
