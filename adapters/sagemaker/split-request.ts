import { MAX_SCORING_REQUEST_BYTES } from '../../core/contracts/scoring.ts';

/** A prediction with its embedding and alternatives can take some 20 KB, and answers of serverless endpoints end at 4 MB too. */
const MAX_INSTANCES_A_REQUEST = 100;

const HEAD = '{"instances":[';
const TAIL = ']}';

export interface SplitRequest {
  readonly requests: readonly { readonly ids: readonly string[]; readonly body: string }[];
  /** Ids of instances that no request can carry. */
  readonly tooLarge: readonly string[];
}

/** Packs instances, in their order, into as few requests as the limits on bytes (UTF-8) and instances of a request allow. */
export function splitRequest(instances: readonly { readonly id: string }[], maxBytes = MAX_SCORING_REQUEST_BYTES): SplitRequest {
  const requests: { ids: string[]; body: string }[] = [];
  const tooLarge: string[] = [];
  const envelopeBytes = HEAD.length + TAIL.length;
  let ids: string[] = [];
  let parts: string[] = [];
  let bytes = envelopeBytes;
  const flush = (): void => {
    if (ids.length > 0) requests.push({ ids, body: HEAD + parts.join(',') + TAIL });
    ids = [];
    parts = [];
    bytes = envelopeBytes;
  };
  for (const instance of instances) {
    const json = JSON.stringify(instance);
    const size = Buffer.byteLength(json) + 1;
    if (envelopeBytes + size > maxBytes) {
      tooLarge.push(instance.id);
      continue;
    }
    if (bytes + size > maxBytes || ids.length === MAX_INSTANCES_A_REQUEST) flush();
    ids.push(instance.id);
    parts.push(json);
    bytes += size;
  }
  flush();
  return { requests, tooLarge };
}
