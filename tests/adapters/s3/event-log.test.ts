import { gzipSync } from 'node:zlib';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { s3EventLogReader, s3EventLogScan, s3EventLogWriter } from '../../../adapters/s3/event-log.ts';
import type { EventLogLine } from '../../../core/contracts/bus-event.ts';
import type { EventLogEntry } from '../../../core/archive/event-log.ts';
import { aLogLine, minutesLater } from '../../support/retraining-builders.ts';
import { startRetrainingCloud } from '../../support/retraining-cloud.ts';
import { DATA_BUCKET } from '../../support/test-cloud.ts';

const EVER = { from: '2020-01-01', to: '2030-01-01' };

const startLog = async () => {
  const cloud = await startRetrainingCloud();
  const client = new S3Client(cloud.config);
  const options = { client, bucket: DATA_BUCKET };
  const put = (key: string, body: string | Uint8Array) =>
    client.send(new PutObjectCommand({ Bucket: DATA_BUCKET, Key: key, Body: body }));
  return { cloud, put, writer: s3EventLogWriter(options), reader: s3EventLogReader(options), scan: s3EventLogScan(options) };
};

const line = (id: string, time: string, detail: EventLogLine['detail'] = {}): EventLogLine => aLogLine({ id, time, detail });
const linesOf = (entries: readonly EventLogEntry[]): readonly EventLogLine[] =>
  entries.flatMap((entry) => (entry.kind === 'event' ? [entry.line] : []));
const idsOf = async (entries: AsyncIterable<EventLogEntry>): Promise<readonly string[]> =>
  linesOf(await Array.fromAsync(entries)).map(({ id }) => id);

describe('the event log', () => {
  test('gives back what was written, whatever the text', async () => {
    const { writer, scan } = await startLog();
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('a\nb', '\u2028\u2029', '{"}', '😀'));
    let batch = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ body: text }), { minLength: 1, maxLength: 5 }), async (details) => {
        batch += 1;
        const lines = details.map((detail, index) => line(`${batch}-${index}`, minutesLater(0), detail));
        await writer.append(lines);
        const read = linesOf(await Array.fromAsync(scan.arrivals(EVER)));
        const written = read.filter(({ id }) => id.startsWith(`${batch}-`));
        expect(written).toEqual(lines);
      }),
      { numRuns: 30 },
    );
  });

  test('files lines under the days of their arrival', async () => {
    const { writer } = await startLog();
    const keys = await writer.append([
      line('a', '2026-03-09T23:59:59.999Z'),
      line('b', '2026-03-10T01:00:00+02:00'),
      line('c', '2026-03-10T00:00:00Z'),
    ]);
    expect(keys).toEqual([
      expect.stringMatching(/^events\/dt=2026-03-09\/23-00-00-[\da-f]{16}\.jsonl\.gz$/),
      expect.stringMatching(/^events\/dt=2026-03-10\/00-00-00-[\da-f]{16}\.jsonl\.gz$/),
    ]);
  });

  test('a batch that is written again lands on itself', async () => {
    const { writer, scan, cloud } = await startLog();
    const lines = [line('a', minutesLater(0)), line('b', minutesLater(1))];
    expect(await writer.append(lines)).toEqual(await writer.append(lines));
    expect(await idsOf(scan.arrivals(EVER))).toEqual(['a', 'b']);
    expect(cloud.countOf('GetObject')).toBe(1);
  });

  test('an event that lies in two objects is read once', async () => {
    const { writer, reader, scan } = await startLog();
    await writer.append([line('a', minutesLater(0)), line('b', minutesLater(1))]);
    await writer.append([line('b', minutesLater(1)), line('c', minutesLater(2))]);
    expect(await idsOf(reader.newestFirst(EVER))).toEqual(['c', 'b', 'a']);
    expect(await idsOf(scan.arrivals(EVER))).toEqual(['a', 'b', 'b', 'c']);
  });

  test('lines that were chosen are read again, and their objects alone', async () => {
    const { writer, scan, cloud } = await startLog();
    for (let batch = 0; batch < 3; batch += 1)
      await writer.append(Array.from({ length: 4 }, (_, index) => line(`${batch}-${index}`, minutesLater(10 * batch + index))));
    const chosen = (await Array.fromAsync(scan.arrivals(EVER))).filter(
      (entry) => entry.kind === 'event' && ['0-1', '2-0', '2-3'].includes(entry.line.id),
    );
    const objects = Array.from(
      Map.groupBy(chosen, ({ place }) => place.object),
      ([object, entries]) => [object, new Set(entries.map(({ place }) => place.number))] as const,
    );
    const before = cloud.countOf('GetObject');
    expect(await Array.fromAsync(scan.again(objects.toReversed()))).toEqual([chosen[1], chosen[2], chosen[0]]);
    expect(cloud.countOf('GetObject') - before).toBe(2);
  });

  test('reads the days asked for, first and last included, and no other object', async () => {
    const { writer, scan, put, cloud } = await startLog();
    for (const day of ['08', '09', '10', '11']) await writer.append([line(`on-${day}`, `2026-03-${day}T12:00:00Z`)]);
    await put('events/dt=2026-03-09/notes.txt', 'not ours');
    await put('events/readme.jsonl.gz', 'not ours');
    expect(await idsOf(scan.arrivals({ from: '2026-03-09', to: '2026-03-10' }))).toEqual(['on-09', 'on-10']);
    expect(cloud.countOf('GetObject')).toBe(2);
  });

  test('who stops reading causes no further reading', async () => {
    const { writer, reader, cloud } = await startLog();
    for (let minute = 0; minute < 40; minute += 1) await writer.append([line(`e-${minute}`, minutesLater(minute))]);
    for await (const entry of reader.newestFirst(EVER)) {
      expect(entry).toMatchObject({ line: { id: 'e-39' } });
      break;
    }
    expect(cloud.countOf('GetObject')).toBeLessThanOrEqual(8);
  });

  test('names what is no line, and goes on', async () => {
    const { writer, scan, put } = await startLog();
    const good = JSON.stringify(line('good', minutesLater(0)));
    await put('events/dt=2026-03-01/a.jsonl.gz', gzipSync(`${good}\nnonsense\n\n{"id":"x","type":7}\n[]\n`));
    await put('events/dt=2026-03-01/b.jsonl.gz', 'not gzip');
    await put('events/dt=2026-03-01/c.jsonl.gz', gzipSync('x'.repeat(1000)).subarray(0, 15));
    await writer.append([line('last', minutesLater(1))]);

    const entries = await Array.fromAsync(scan.arrivals(EVER));

    expect(linesOf(entries).map(({ id }) => id)).toEqual(['good', 'last']);
    expect(entries.flatMap(({ place: _place, ...entry }) => (entry.kind === 'malformed' ? [entry] : []))).toEqual([
      { kind: 'malformed', where: 'events/dt=2026-03-01/a.jsonl.gz:2', reason: 'The line is not JSON.' },
      { kind: 'malformed', where: 'events/dt=2026-03-01/a.jsonl.gz:4', reason: 'The line is no event: type, time, detail.' },
      { kind: 'malformed', where: 'events/dt=2026-03-01/a.jsonl.gz:5', reason: 'The line is no event: it is not an object.' },
      { kind: 'malformed', where: 'events/dt=2026-03-01/b.jsonl.gz', reason: 'The object is not gzip, or was cut off.' },
      { kind: 'malformed', where: 'events/dt=2026-03-01/c.jsonl.gz', reason: 'The object is not gzip, or was cut off.' },
    ]);
  });

  test('lists more objects than one page holds', async () => {
    const { writer, scan } = await startLog();
    await Promise.all(Array.from({ length: 1_050 }, (_, index) => writer.append([line(`e-${index}`, minutesLater(index))])));
    const ids = await idsOf(scan.arrivals(EVER));
    expect(ids).toEqual(Array.from({ length: 1_050 }, (_, index) => `e-${index}`));
  });
});
