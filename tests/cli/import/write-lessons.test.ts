import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lessonLine, lessonWriter } from '../../../cli/import/write-lessons.ts';
import type { EventLogWriter } from '../../../core/archive/event-log.ts';
import { ticketLearnedSchema } from '../../../core/contracts/bus-event.ts';
import type { EventLogLine } from '../../../core/contracts/bus-event.ts';

interface LogInMemory extends EventLogWriter {
  readonly objects: (readonly EventLogLine[])[];
}

const logInMemory = (): LogInMemory => {
  const objects: (readonly EventLogLine[])[] = [];
  return {
    objects,
    append: (lines) => {
      objects.push([...lines]);
      return Promise.resolve([`object-${objects.length}`]);
    },
  };
};

const lessonOn = (id: number, day: number, body = 'Where is it?'): EventLogLine =>
  lessonLine({
    eventId: `imported#${id}`,
    ticketId: `T-${id}`,
    time: new Date(Date.UTC(2026, 0, 1 + day)).toISOString(),
    subject: '',
    body,
    labels: { team: 'billing' },
  });

const writeAll = async (lines: readonly EventLogLine[]): Promise<LogInMemory> => {
  const log = logInMemory();
  const writer = lessonWriter(log);
  for (const line of lines) await writer.add(line);
  expect(await writer.end()).toEqual({ lines: lines.length, objects: log.objects.length });
  return log;
};

describe('lessons in the event log', () => {
  test('are redacted, and cut to what events carry', () => {
    const line = lessonOn(1, 0, `Write to jo@example.com ${'x'.repeat(100_000)}`);
    const { text } = ticketLearnedSchema.parse(line.detail);
    expect(text.body.startsWith('Write to [email] xxx')).toBe(true);
    expect(text.body.length).toBe(32 * 1024);
  });

  test('are each written once, an object holding lines of one day; the same lines make the same objects', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 6 }), { maxLength: 60 }), async (days) => {
        const lines = days.map((day, id) => lessonOn(id, day));
        const { objects } = await writeAll(lines);
        expect(
          objects
            .flat()
            .map(({ id }) => id)
            .toSorted(),
        ).toEqual(lines.map(({ id }) => id).toSorted());
        for (const object of objects) expect(new Set(object.map(({ time }) => time.slice(0, 10))).size).toBe(1);
        expect((await writeAll(lines)).objects).toEqual(objects);
      }),
    );
  });

  test('of one day fill objects of at most 5,000', async () => {
    const { objects } = await writeAll(Array.from({ length: 12_000 }, (_, id) => lessonOn(id, 0)));
    expect(objects.map((object) => object.length)).toEqual([5_000, 5_000, 2_000]);
  });

  test('of many days are held only up to a bound, and the fullest day goes first', async () => {
    const log = logInMemory();
    const writer = lessonWriter(log);
    const { detail } = lessonOn(0, 0, 'y'.repeat(32_000));
    // 60 MB over 60 days, twice what is held.
    for (let id = 0; id < 2_000; id++) await writer.add({ ...lessonOn(id, id % 7 === 0 ? 0 : id % 60), detail });
    const written = log.objects.flat().length;
    expect(2_000 - written).toBeLessThan(1_100);
    expect(log.objects[0]?.[0]?.time.slice(0, 10)).toBe('2026-01-01');
    await writer.end();
    expect(log.objects.flat()).toHaveLength(2_000);
  });

  test('that cannot be written end the import with what went wrong', async () => {
    const writer = lessonWriter({ append: () => Promise.reject(new Error('no such bucket')) });
    await writer.add(lessonOn(1, 0));
    await expect(writer.end()).rejects.toThrow('no such bucket');
  });
});
