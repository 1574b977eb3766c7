import type { State } from '../state/state.ts';
import type { ObjectHeaders, Tag } from './bucket.ts';

export interface Part {
  readonly body: Uint8Array;
  readonly md5: string;
}

/** A multipart upload that is neither completed nor aborted. */
export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly startedAtMs: number;
  readonly headers: ObjectHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  readonly parts: ReadonlyMap<number, Part>;
}

/** A bucket's multipart uploads under way. */
export interface Uploads {
  get(id: string): Upload | undefined;
  start(upload: Omit<Upload, 'parts'>): void;
  putPart(id: string, number: number, part: Part): void;
  end(id: string): void;
}

export const createUploads = (bucket: string, state: State): Uploads => {
  const kept = state.section<Omit<Upload, 'parts'>>(`s3/uploads/${bucket}`);
  const keptParts = state.section<{ readonly id: string; readonly number: number; readonly md5: string }>(`s3/parts/${bucket}`);
  const keptBodies = state.bytes(`s3/part-bodies/${bucket}`);
  const uploads = new Map<string, Upload & { readonly parts: Map<number, Part> }>();

  const partKey = (id: string, number: number): string => `${id} ${number}`;

  for (const [id, upload] of kept.restored()) uploads.set(id, { ...upload, parts: new Map() });
  const bodies = new Map(keptBodies.restored());
  for (const [key, { id, number, md5 }] of keptParts.restored()) {
    uploads.get(id)?.parts.set(number, { md5, body: bodies.get(key) ?? Buffer.alloc(0) });
  }

  return {
    get: (id) => uploads.get(id),
    start: (upload) => {
      uploads.set(upload.id, { ...upload, parts: new Map() });
      kept.put(upload.id, upload);
    },
    putPart: (id, number, part) => {
      uploads.get(id)?.parts.set(number, part);
      keptParts.put(partKey(id, number), { id, number, md5: part.md5 });
      keptBodies.put(partKey(id, number), part.body);
    },
    end: (id) => {
      for (const number of uploads.get(id)?.parts.keys() ?? []) {
        keptParts.remove(partKey(id, number));
        keptBodies.remove(partKey(id, number));
      }
      uploads.delete(id);
      kept.remove(id);
    },
  };
};
