import { AwsError } from '../service.ts';

export interface Unchunked {
  readonly body: Buffer;
  /** Trailing headers, names in lower case: the SDK sends checksums there. */
  readonly trailers: Readonly<Record<string, string>>;
}

/** Takes the `aws-chunked` framing off a body. Copies only where there is more than one chunk. */
export const unchunk = (framed: Buffer): Unchunked => {
  const chunks: Buffer[] = [];
  let offset = 0;
  for (;;) {
    const lineEnd = framed.indexOf('\r\n', offset);
    // The size may be followed by a signature of the chunk, `;chunk-signature=…`.
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(framed.toString('latin1', offset, lineEnd), 16);
    const start = lineEnd + 2;
    if (!Number.isInteger(size) || start + size > framed.length) {
      throw new AwsError('IncompleteBody', 'The request body terminated unexpectedly');
    }
    offset = start + size;
    if (size === 0) break;
    chunks.push(framed.subarray(start, offset));
    offset += 2;
  }
  const [only] = chunks;
  return {
    body: chunks.length === 1 && only ? only : Buffer.concat(chunks),
    trailers: readTrailers(framed.toString('latin1', offset)),
  };
};

const readTrailers = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text
      .split('\r\n')
      .map((line) => /^([^:]+):(.*)$/.exec(line))
      .flatMap((match) => (match?.[1] ? [[match[1].toLowerCase().trim(), (match[2] ?? '').trim()]] : [])),
  );
