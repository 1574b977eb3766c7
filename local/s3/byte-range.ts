import { AwsError } from '../service.ts';

/** Bytes `first` to `last`, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The part of an object that a Range header asks for; undefined for all of it. Like S3, takes one range and ignores a header that it
 * cannot read.
 * @throws AwsError InvalidRange (416) if the range starts behind the end
 */
export const readByteRange = (header: string | undefined, size: number): ByteRange | undefined => {
  const match = header === undefined ? undefined : /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  const [from, to] = [match?.[1] ?? '', match?.[2] ?? ''];
  if (from === '' && to === '') return undefined;
  if (from !== '' && to !== '' && Number(from) > Number(to)) return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (first < size && last >= first) return { first, last };
  throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416, {
    RangeRequested: header,
    ActualObjectSize: String(size),
  });
};
