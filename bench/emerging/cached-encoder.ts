import type { Encoder } from '../../model/encoder/open-encoder.ts';

/** An encoder that encodes each text once: weeks that overlap share most of their tickets. */
export const cachedEncoder = (encoder: Encoder): Encoder => {
  const known = new Map<string, { readonly embedding: Float32Array; readonly hidden: Float32Array }>();
  return {
    ...encoder,
    encode: async (texts, options) => {
      const missing = [...new Set(texts.filter((text) => !known.has(text)))];
      if (missing.length > 0) {
        const encoded = await encoder.encode(missing, options);
        const part = (values: Float32Array, at: number): Float32Array => {
          const width = values.length / missing.length;
          return values.slice(at * width, (at + 1) * width);
        };
        missing.forEach((text, at) =>
          known.set(text, { embedding: part(encoded.embedding, at), hidden: part(encoded.hidden, at) }),
        );
      }
      const joined = (name: 'embedding' | 'hidden'): Float32Array => {
        const width = known.get(texts[0] ?? '')?.[name].length ?? 0;
        const all = new Float32Array(texts.length * width);
        texts.forEach((text, at) => all.set(known.get(text)![name], at * width));
        return all;
      };
      return { embedding: joined('embedding'), hidden: joined('hidden') };
    },
  };
};
