import type { Encoder } from '../../model/encoder/open-encoder.ts';

/** About 60 words each, as a ticket with its subject has. */
const TEXTS = Array.from(
  { length: 32 },
  (_, at) =>
    `Order ${1_000 + 7 * at}: where is my parcel? I ordered a lamp and two brake pads three weeks ago and paid with my card. The tracking page ` +
    'has said for six days that it is on its way, and nobody answers the phone. Please tell me when it arrives, or send me my money back. Thank you for your help.',
);

/** Milliseconds that a ticket of about 60 words takes on one thread of this machine. */
export const measureSpeed = async (encoder: Encoder): Promise<number> => {
  await encoder.encode(TEXTS.slice(0, 4));
  const startedAt = performance.now();
  await encoder.encode(TEXTS);
  return (performance.now() - startedAt) / TEXTS.length;
};
