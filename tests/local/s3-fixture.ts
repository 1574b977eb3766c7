import { startSteppedClock } from '../../local/clock.ts';
import { createS3 } from '../../local/s3/s3.ts';

export const NOW_MS = Date.UTC(2026, 0, 15, 12, 0, 0);

/** An empty bucket called `files`, on a clock that stands still. */
export const startStorage = (properties: Readonly<Record<string, unknown>> = {}) => {
  const clock = startSteppedClock(NOW_MS);
  const engine = createS3({ clock });
  engine.createBucket({ name: 'files', properties });
  const caller = { name: 'tester', principal: 'arn:aws:iam::000000000000:user/tester' };
  const send = (action: string, input: Readonly<Record<string, unknown>> = {}) =>
    engine.call({ caller, service: 's3', action, input: { Bucket: 'files', ...input } });
  const put = (Key: string, body = 'hello', more: Readonly<Record<string, unknown>> = {}) =>
    send('PutObject', { Key, Body: Buffer.from(body), ...more });
  const read = async (Key: string, more: Readonly<Record<string, unknown>> = {}) =>
    Buffer.from((await send('GetObject', { Key, ...more }))['Body'] as Uint8Array).toString();
  return { clock, engine, send, put, read };
};

export type Storage = ReturnType<typeof startStorage>;
