import { AwsError } from '../service.ts';
import type { Codec, Decoded, HttpRequest } from './protocol.ts';
import { doesNotMatch, otherRegion } from './protocol.ts';
import { escapeXml, wrapXml, xml } from './xml.ts';

/** A tree of the dotted parameter names, before lists and maps are made of it. */
interface Node {
  value?: string;
  readonly children: Map<string, Node>;
}

const newNode = (): Node => ({ children: new Map() });

const toTree = (parameters: URLSearchParams): Node => {
  const root = newNode();
  for (const [name, value] of parameters) {
    let node = root;
    for (const part of name.split('.')) {
      const child = node.children.get(part) ?? newNode();
      node.children.set(part, child);
      node = child;
    }
    node.value = value;
  }
  return root;
};

const inOrder = (node: Node): readonly Node[] =>
  [...node.children].sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => child);

/** `X.member.1` is a list, `X.entry.1.key|Name` and `.value|Value` a map; leaves stay strings. */
const toMember = (name: string, node: Node): unknown => {
  if (node.value !== undefined) return name === 'BinaryValue' ? Buffer.from(node.value, 'base64') : node.value;
  const members = node.children.get('member');
  if (members) return inOrder(members).map((item) => toMember('', item));
  const entries = node.children.get('entry');
  if (entries) {
    return Object.fromEntries(
      inOrder(entries).map(({ children }) => {
        const key = children.get('key') ?? children.get('Name');
        const value = children.get('value') ?? children.get('Value');
        return [key?.value ?? '', value ? toMember('', value) : undefined];
      }),
    );
  }
  return Object.fromEntries([...node.children].map(([key, child]) => [key, toMember(key, child)]));
};

/** Members that are maps on the wire of the query services here; every other object is a structure. */
const MAPS: ReadonlySet<string> = new Set(['Attributes']);

const toXml = (name: string, value: unknown): string => {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return wrapXml(name, value.map((item) => toXml('member', item)).join(''));
  if (typeof value === 'object') {
    const members = Object.entries(value);
    const inner = MAPS.has(name)
      ? members.map(([key, item]) => wrapXml('entry', xml('key', key) + toXml('value', item)))
      : members.map(([key, item]) => toXml(key, item));
    return wrapXml(name, inner.join(''));
  }
  return xml(name, value as string | number | boolean);
};

const NAMESPACES: Readonly<Record<string, string>> = {
  sns: 'http://sns.amazonaws.com/doc/2010-03-31/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
};

const decode = (signedFor: string, request: HttpRequest): Decoded => {
  const parameters = request.method === 'POST' ? new URLSearchParams(request.body.toString()) : request.query;
  const action = parameters.get('Action') ?? '';
  const members = Object.entries(toMember('', toTree(parameters)) as Record<string, unknown>);
  return {
    service: signedFor === 'monitoring' ? 'cloudwatch' : signedFor,
    action,
    input: Object.fromEntries(members.filter(([name]) => name !== 'Action' && name !== 'Version')),
  };
};

/** The older query protocol: form fields in, XML out. SNS and STS speak it. */
export const queryXml = (signedFor: string): Codec => ({
  decode: (request) => decode(signedFor, request),
  encode: ({ service, action }, result, requestId) => ({
    status: 200,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body:
      `<${action}Response xmlns="${NAMESPACES[service] ?? ''}">` +
      toXml(`${action}Result`, result) +
      wrapXml('ResponseMetadata', xml('RequestId', requestId)) +
      `</${action}Response>`,
  }),
  encodeError: (error, requestId) => ({
    status: error.status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: wrapXml(
      'ErrorResponse',
      wrapXml(
        'Error',
        xml('Type', error.status < 500 ? 'Sender' : 'Receiver') +
          xml('Code', error.code) +
          `<Message>${escapeXml(error.message)}</Message>`,
      ) + xml('RequestId', requestId),
    ),
  }),
  unknownKey: new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid.', 403),
  missingKey: new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403),
  wrongSignature: doesNotMatch('SignatureDoesNotMatch'),
  otherRegion,
});
