import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject } from '../json.ts';
import { DEFAULT_ENCODER } from './installed-encoders.ts';

/** Beside the manifest and not in it: the same encoder is the same on a slower machine. */
export const ENCODER_SPEED = 'speed.json';

/** Of the default encoder, a ticket of 60 words on one thread: bench/results/encoders.json. */
const DEFAULT_MS_PER_TICKET = 3.5;

/** Milliseconds a ticket of about 60 words takes on one thread, as it was measured when the encoder was added or checked. */
export const readSpeed = (name: string, folder: string): number | undefined => {
  try {
    const read: unknown = JSON.parse(readFileSync(join(folder, ENCODER_SPEED), 'utf8'));
    const ms = isJsonObject(read) ? read['msPerTicket'] : undefined;
    if (typeof ms === 'number' && ms > 0) return ms;
  } catch {
    // Never measured: as for an encoder that was added by an earlier version.
  }
  return name === DEFAULT_ENCODER ? DEFAULT_MS_PER_TICKET : undefined;
};

/** Keeps what was measured for who has to say in advance what a training takes. The default encoder comes with a measurement. */
export const keepSpeed = (name: string, folder: string, msPerTicket: number): void => {
  if (name === DEFAULT_ENCODER) return;
  writeFileSync(join(folder, ENCODER_SPEED), `${JSON.stringify({ msPerTicket: Number(msPerTicket.toFixed(2)) })}\n`);
};
