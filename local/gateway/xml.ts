import { AwsError } from '../service.ts';

/** An element of a parsed document; attributes and comments are dropped, as no AWS request needs them. */
export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

const unescape = (text: string): string =>
  text.replace(/&(#x[0-9a-fA-F]+|#\d+|\w+);/g, (whole, entity: string) => {
    if (entity.startsWith('#x')) return String.fromCodePoint(Number.parseInt(entity.slice(2), 16));
    if (entity.startsWith('#')) return String.fromCodePoint(Number(entity.slice(1)));
    return ENTITIES[entity] ?? whole;
  });

export const escapeXml = (text: string): string =>
  // Carriage returns and other controls would be normalised by the reader: they travel as references.
  // oxlint-disable-next-line no-control-regex
  text.replace(/[&<>"\u0000-\u0008\u000b-\u001f]/g, (character) => `&#${character.charCodeAt(0)};`);

/** Parses the small documents that S3's clients send. */
export const parseXml = (source: string): XmlElement => {
  const root: { name: string; children: XmlElement[]; text: string } = { name: '', children: [], text: '' };
  const open = [root];
  const tag = /<(\?[^>]*|!--[\s\S]*?--|\/?)([^\s/>]*)[^>]*?(\/?)>/g;
  let from = 0;
  for (let match = tag.exec(source); match; match = tag.exec(source)) {
    const parent = open.at(-1)!;
    parent.text += unescape(source.slice(from, match.index));
    from = tag.lastIndex;
    const [, kind = '', name = '', selfClosing] = match;
    if (kind.startsWith('?') || kind.startsWith('!')) continue;
    if (kind === '/') {
      if (open.length === 1 || parent.name !== name) throw malformed();
      open.pop();
      continue;
    }
    const element = { name, children: [], text: '' };
    parent.children.push(element);
    if (!selfClosing) open.push(element);
  }
  const [document] = root.children;
  if (open.length !== 1 || !document) throw malformed();
  return document;
};

const malformed = (): AwsError =>
  new AwsError('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema');

/** Writes an element; undefined content writes nothing, an array repeats the element. */
export const xml = (name: string, content: string | number | boolean | undefined): string =>
  content === undefined ? '' : `<${name}>${escapeXml(String(content))}</${name}>`;

export const wrapXml = (name: string, inner: string): string => `<${name}>${inner}</${name}>`;

export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
