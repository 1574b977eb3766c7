const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Little-endian bytes of a typed array, whatever the machine. */
export const bytesOf = (array: Float32Array | Uint32Array | Uint16Array | Int8Array | BigInt64Array): Uint8Array => {
  const bytes = Uint8Array.from(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return littleEndian ? bytes : swapped(bytes, array.BYTES_PER_ELEMENT);
};

/** An aligned copy of the bytes in this machine's order. */
const bufferOf = (bytes: Uint8Array, bytesPerElement: number): ArrayBuffer => {
  const copy = new Uint8Array(bytes);
  return littleEndian ? copy.buffer : swapped(copy, bytesPerElement).buffer;
};

const swapped = (bytes: Uint8Array<ArrayBuffer>, bytesPerElement: number): Uint8Array<ArrayBuffer> => {
  for (let start = 0; start < bytes.length; start += bytesPerElement) bytes.subarray(start, start + bytesPerElement).reverse();
  return bytes;
};

export const float32Bytes = (values: Float32Array): Uint8Array => bytesOf(values);
export const uint32Bytes = (values: Uint32Array): Uint8Array => bytesOf(values);
export const uint16Bytes = (values: Uint16Array): Uint8Array => bytesOf(values);

/** One line a text, UTF-8; the texts hold no line feed. */
export const textBytes = (lines: readonly string[]): Uint8Array => Buffer.from(lines.map((line) => `${line}\n`).join(''), 'utf8');

export const float32Of = (bytes: Uint8Array): Float32Array => new Float32Array(bufferOf(bytes, 4));
export const uint32Of = (bytes: Uint8Array): Uint32Array => new Uint32Array(bufferOf(bytes, 4));
export const uint16Of = (bytes: Uint8Array): Uint16Array => new Uint16Array(bufferOf(bytes, 2));
export const linesOf = (bytes: Uint8Array): readonly string[] => Buffer.from(bytes).toString('utf8').split('\n').slice(0, -1);

/** Base64 of little-endian float32 values, as embeddings travel. */
export const toBase64 = (values: Float32Array): string => Buffer.from(float32Bytes(values)).toString('base64');
