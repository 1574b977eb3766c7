import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { containerFaults, faultKinds, functionDeaths } from '@signalbox/local-cloud/control/read-fault.ts';
import type { ContainerFault, Fault, FaultRule } from '@signalbox/local-cloud/faults/fault-rule.ts';
import type { ListedFault } from '@signalbox/local-cloud/faults/faults.ts';
import { faultPresets } from '@signalbox/local-cloud/faults/presets.ts';
import type { FunctionDeath } from '@signalbox/local-cloud/lambda/execution-environment.ts';
import { suggestion } from '@signalbox/local-cloud/near-matches.ts';
import { addLeaf, print } from './leaf.ts';
import type { JsonFlag } from './leaf.ts';
import { collect, given, parseCount, parseDuration, parseProbability } from './parse.ts';
import { columns, counted } from './print.ts';
import { askCloud } from './surroundings.ts';
import type { Surroundings } from './surroundings.ts';

export const addFaultsCommand = (local: Command, around: Surroundings): void => {
  const faults = local.command('faults').description('let things go wrong on request, the same way again for the same --seed');
  addListCommand(faults, around);
  addAddCommand(faults, around);
  addClearCommand(faults, around);
  addPresetsCommand(faults, around);
};

const addListCommand = (faults: Command, around: Surroundings): void => {
  addLeaf(faults, {
    usage: 'list',
    description: 'the faults that are set, with the calls that each named and hit, and what was met since the start',
    examples: ['local faults list'],
  }).action(async (flags: JsonFlag) => {
    const view = await askCloud(around, 'faults', {});
    const met = view.met.map((each) => [each.kind, `${each.service}:${each.action}`, each.caller, each.count]);
    print(around.writeOut, flags, view, () =>
      [
        view.active.length === 0 ? 'no faults are set' : activeText(view.active),
        ...(met.length === 0 ? [] : ['', columns(['met since the start', 'action', 'caller', 'times'], met)]),
      ].join('\n'),
    );
  });
};

const activeText = (active: readonly ListedFault[]): string =>
  columns(
    ['id', 'fault', 'action', 'caller', 'resource', 'rate', 'calls', 'hit'],
    active.map(({ id, rule, matched, fired }) => [
      id,
      faultText(rule.fault),
      `${rule.service ?? '*'}:${rule.action ?? '*'}`,
      rule.caller === undefined ? '*' : [rule.caller].flat().join(' '),
      rule.resource ?? '*',
      rule.rate ?? 1,
      matched,
      rule.times === undefined ? String(fired) : `${fired} of ${rule.times}`,
    ]),
  );

const faultText = (fault: Fault): string => {
  const { kind, ...rest } = fault;
  const settings = Object.values(rest).filter((value) => typeof value !== 'object');
  return [kind, ...settings].join(' ');
};

interface AddFlags extends JsonFlag {
  readonly service?: string;
  readonly action?: string;
  readonly caller?: readonly string[];
  readonly resource?: string;
  readonly rate?: number;
  readonly skip?: number;
  readonly times?: number;
  readonly seed?: number;
  readonly code?: string;
  readonly status?: number;
  readonly message?: string;
  readonly for?: number;
  readonly share?: number;
  readonly when?: 'before' | 'after';
  readonly as?: FunctionDeath;
  readonly how?: ContainerFault;
}

const addAddCommand = (faults: Command, around: Surroundings): void => {
  addLeaf(faults, {
    usage: 'add',
    description: 'set a fault: one of the presets, or a kind with its settings',
    examples: [
      'local faults add throttled-table --rate 0.3 --seed 7',
      'local faults add error --code ModelError --status 424 --action InvokeEndpoint --times 5',
      'local faults add drop-response --service dynamodb --action PutItem --caller RouteTickets',
      'local faults add kill-function --when after --as timeout --service events',
      'local faults add latency --for 5s --service s3',
    ],
  })
    .argument('<fault>', `a preset (see \`local faults presets\`) or ${faultKinds.join(', ')}`, parseFault)
    .option('--service <name>', 'calls of that service, as IAM writes it: sqs, dynamodb, …')
    .option('--action <name>', 'calls of that action: PutItem, InvokeEndpoint, …')
    .option('--caller <name>', 'calls of that function, state machine or service; a beginning will do; may be repeated', collect)
    .option('--resource <part>', 'calls that name a queue, table, bucket, … with that in its name')
    .option('--rate <probability>', 'how likely it is, 0 to 1', parseProbability)
    .option('--skip <count>', 'calls that are let pass first', parseCount)
    .option('--times <count>', 'spent after so many faults', parseCount)
    .option('--seed <number>', 'which calls it hits; the same again for the same seed', parseCount)
    .option('--code <code>', "error: AWS's code")
    .option('--status <number>', 'error: HTTP status, 400 unless told', parseCount)
    .option('--message <text>', 'error: what it says')
    .option('--for <duration>', 'latency, container hang: how long', parseDuration)
    .option('--share <probability>', 'refuse-entries: how likely each entry of a batch fails', parseProbability)
    .addOption(new Option('--when <moment>', 'kill-function: before or after the call took effect').choices(['before', 'after']))
    .addOption(new Option('--as <death>', 'kill-function: what it dies of').choices(functionDeaths))
    .addOption(new Option('--how <what>', 'container: what it does').choices(containerFaults))
    .action(async (fault: string, flags: AddFlags) => {
      const added = await askCloud(around, 'add-fault', ruleOf(fault, flags));
      print(around.writeOut, flags, added, () => activeText([added]));
    });
};

const isKind = (text: string): text is Fault['kind'] => faultKinds.some((kind) => kind === text);

const parseFault = (text: string): string => {
  if (isKind(text) || Object.hasOwn(faultPresets, text)) return text;
  const all = [...Object.keys(faultPresets), ...faultKinds];
  throw new InvalidArgumentError(`There is no fault ${text}; ${suggestion(text, all)}`);
};

/** What a flag sets of a fault itself, by the kinds that have it; the local cloud refuses what does not fit. */
const ruleOf = (fault: string, flags: AddFlags): FaultRule => {
  const { service, action, caller, resource, rate, skip, times, seed } = flags;
  const { code, status, message, for: ms, share, when, as, how } = flags;
  const preset = isKind(fault) ? undefined : faultPresets[fault]?.rule;
  const base = preset?.fault ?? { kind: fault };
  return {
    ...preset,
    ...given({ service, action, caller, resource, rate, skip, times, seed }),
    fault: { ...base, ...given({ code, status, message, ms, share, when, as, how }) } as Fault,
  };
};

const addClearCommand = (faults: Command, around: Surroundings): void => {
  addLeaf(faults, {
    usage: 'clear',
    description: 'take faults away: those of these ids, or all',
    examples: ['local faults clear', 'local faults clear 3'],
  })
    .argument('[ids...]', 'ids as `local faults list` shows them')
    .action(async (words: readonly string[], flags: JsonFlag) => {
      const ids = words.map(parseCount);
      const answer = await askCloud(around, 'clear-faults', ids.length === 0 ? {} : { ids });
      print(around.writeOut, flags, answer, () => `${counted(answer.cleared, 'fault')} taken away`);
    });
};

const addPresetsCommand = (faults: Command, around: Surroundings): void => {
  addLeaf(faults, {
    usage: 'presets',
    description: 'faults of production, ready made',
    examples: ['local faults presets'],
  }).action((flags: JsonFlag) => {
    const rows = Object.entries(faultPresets).map(([name, { what, rule }]) => [
      name,
      `${rule.service ?? '*'}:${rule.action ?? '*'}`,
      what,
    ]);
    print(around.writeOut, flags, faultPresets, () => columns(['preset', 'action', 'what happens'], rows));
  });
};
