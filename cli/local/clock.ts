import type { Command } from 'commander';
import type { ClockView } from '@signalbox/local-cloud/control/operations.ts';
import { addLeaf, print } from './leaf.ts';
import type { JsonFlag } from './leaf.ts';
import { given, parseDuration, parseTime } from './parse.ts';
import { facts } from './print.ts';
import { askCloud } from './surroundings.ts';
import type { Surroundings } from './surroundings.ts';

export const addClockCommand = (local: Command, around: Surroundings): void => {
  const clock = addLeaf(local, {
    usage: 'clock',
    description: "the local cloud's clock, which can be run ahead: it jumps from timer to timer whenever nothing computes",
    examples: ['local clock', 'local clock run-for 2h', 'local clock run-until 2030-01-01T06:00:00Z'],
  }).action(async (flags: JsonFlag) => {
    const view = await askCloud(around, 'clock', {});
    print(around.writeOut, flags, view, () => clockText(view));
  });
  addLeaf(clock, {
    usage: 'run-for',
    description: 'run the clock ahead for so long: 90s, 15m, 2h, 1d, 12w, 1h30m',
    examples: ['local clock run-for 2h'],
  })
    .argument('<duration>', 'how long', parseDuration)
    .action(async (forMs: number, _own: unknown, command: Command) => {
      const view = await askCloud(around, 'run-clock', { forMs });
      print(around.writeOut, given({ json: command.optsWithGlobals<JsonFlag>().json }), view, () => clockText(view));
    });
  addLeaf(clock, {
    usage: 'run-until',
    description: 'run the clock ahead until that time, ISO 8601, UTC where it says nothing else',
    examples: ['local clock run-until 2030-01-01T06:00:00Z'],
  })
    .argument('<time>', 'until when', parseTime)
    .action(async (untilMs: number, _own: unknown, command: Command) => {
      const view = await askCloud(around, 'run-clock', { untilMs });
      print(around.writeOut, given({ json: command.optsWithGlobals<JsonFlag>().json }), view, () => clockText(view));
    });
};

const clockText = ({ now, aheadMs, nextTimerAt }: ClockView): string =>
  facts([
    ['it is', now],
    ['ahead of the wall', `${Math.round(aheadMs / 1000).toLocaleString('en-GB')} s`],
    ['next timer', nextTimerAt ?? 'none'],
  ]);
