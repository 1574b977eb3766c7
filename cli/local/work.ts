import { Option } from 'commander';
import type { Command } from 'commander';
import type { EndpointView, ExecutionDetail, ModelsView } from '@signalbox/local-cloud/control/operations.ts';
import { functionDeaths } from '@signalbox/local-cloud/control/read-fault.ts';
import type { FunctionView } from '@signalbox/local-cloud/lambda/lambda.ts';
import { addLeaf, print } from './leaf.ts';
import type { JsonFlag } from './leaf.ts';
import { given, parseCount } from './parse.ts';
import { columns, counted, facts, oneLine, time } from './print.ts';
import { askCloud } from './surroundings.ts';
import type { Surroundings } from './surroundings.ts';

export const addExecutionsCommand = (local: Command, around: Surroundings): void => {
  addLeaf(local, {
    usage: 'executions [name]',
    description: 'executions of state machines, the latest first; with the name of one (or a part of it), its history',
    examples: ['local executions', 'local executions 3f2a'],
  }).action(async (name: string | undefined, flags: JsonFlag) => {
    if (name === undefined) {
      const executions = await askCloud(around, 'executions', {});
      const rows = executions.map((each) => [
        each.name,
        each.status,
        time(each.startedAt),
        time(each.stoppedAt),
        each.stateMachine,
      ]);
      return print(around.writeOut, flags, executions, () =>
        rows.length === 0 ? 'no executions' : columns(['execution', 'status', 'started', 'stopped', 'state machine'], rows),
      );
    }
    const execution = await askCloud(around, 'execution', { name });
    return print(around.writeOut, flags, execution, () => executionText(execution));
  });
};

/** Longest part of an input, an output or a cause that is shown; --json has all of it. */
const TEXT_SHOWN = 300;

const executionText = (execution: ExecutionDetail): string => {
  const { name, stateMachine, status, startedAt, stoppedAt, history } = execution;
  const texts = (['input', 'output', 'error', 'cause'] as const).flatMap((member): readonly (readonly [string, string])[] => {
    const text = execution[member];
    return text === undefined ? [] : [[member, oneLine(text, TEXT_SHOWN)]];
  });
  const head = facts([
    ['execution', name],
    ['state machine', stateMachine],
    ['status', status],
    ['started', time(startedAt)],
    ...(stoppedAt === undefined ? [] : [['stopped', time(stoppedAt)] as const]),
    ...texts,
  ]);
  const events = history.map((event) => [
    Number(event['id']),
    time(new Date(Number(event['timestamp']) * 1000).toISOString()),
    String(event['type']),
    oneLine(detailOf(event), TEXT_SHOWN),
  ]);
  return `${head}\n\n${columns(['event', 'time', 'type', 'of'], events)}`;
};

/** What an event is about: the state's name, or what went wrong. */
const detailOf = (event: Readonly<Record<string, unknown>>): string => {
  const details = Object.entries(event).find(([member]) => member.endsWith('Details'))?.[1];
  if (typeof details !== 'object' || details === null) return '';
  return ['name', 'resource', 'error', 'cause'].flatMap((member) => textOf(details, member)).join(' ');
};

const textOf = (details: object, member: string): readonly string[] => {
  const value: unknown = Object.entries(details).find(([name]) => name === member)?.[1];
  return typeof value === 'string' ? [value] : [];
};

export const addFunctionsCommand = (local: Command, around: Surroundings): void => {
  const functions = addLeaf(local, {
    usage: 'functions [name]',
    description: 'what each function did since the start; with a name (or a part of one), the last lines that it wrote',
    examples: ['local functions', 'local functions RouteTickets --lines 5', 'local functions kill RouteTickets --as timeout'],
  })
    .option('--lines <count>', 'log lines shown', parseCount, 20)
    .action(async (name: string | undefined, flags: JsonFlag & { readonly lines: number }) => {
      if (name === undefined) {
        const all = await askCloud(around, 'functions', {});
        return print(around.writeOut, flags, all, () => functionsText(all));
      }
      const one = await askCloud(around, 'function', { name, lines: flags.lines });
      return print(around.writeOut, flags, one, () => [functionsText([one]), '', ...one.log].join('\n'));
    });
  addLeaf(functions, {
    usage: 'kill <name>',
    description: 'end what a function does right now, in the middle of it',
    examples: ['local functions kill RouteTickets', 'local functions kill RouteTickets --as out-of-memory'],
  })
    .addOption(new Option('--as <death>', 'what it dies of').choices(functionDeaths).default('crash'))
    // Options of the command above that have the same name are read there.
    .action(async (name: string, _own: unknown, command: Command) => {
      const { json, as } = command.optsWithGlobals<JsonFlag & { readonly as: (typeof functionDeaths)[number] }>();
      const answer = await askCloud(around, 'kill-function', { name, as });
      print(around.writeOut, given({ json }), answer, () =>
        answer.killed === 0
          ? `${answer.function} was doing nothing; nothing was ended`
          : `${answer.function}: ${counted(answer.killed, 'invocation')} ended`,
      );
    });
};

const functionsText = (functions: readonly FunctionView[]): string =>
  columns(
    ['function', 'invocations', 'errors', 'running', 'ms an invocation', 'memory MB', 'timeout s'],
    functions.map(({ caller, invocations, errors, running, durationMs, memoryMb, timeoutSeconds }) => [
      caller,
      invocations,
      errors,
      running,
      invocations === 0 ? 0 : Math.round(durationMs / invocations),
      memoryMb,
      timeoutSeconds,
    ]),
  );

export const addEndpointsCommand = (local: Command, around: Surroundings): void => {
  const endpoints = addLeaf(local, {
    usage: 'endpoints',
    description: 'endpoints with their containers, and training jobs',
    examples: ['local endpoints', 'local endpoints crash routing-v1'],
  }).action(async (flags: JsonFlag) => {
    const models = await askCloud(around, 'models', {});
    print(around.writeOut, flags, models, () => modelsText(models));
  });
  const commands = {
    stop: 'end the container of an endpoint; it stays down until it is started',
    start: 'start the container of an endpoint again',
    crash: 'kill the container of an endpoint; it comes up again by itself',
  } as const;
  for (const name of ['stop', 'start', 'crash'] as const) {
    addLeaf(endpoints, {
      usage: `${name} <endpoint>`,
      description: commands[name],
      examples: [`local endpoints ${name} routing-v1`],
    }).action(async (endpoint: string, _own: unknown, command: Command) => {
      const { json } = command.optsWithGlobals<JsonFlag>();
      const answer = await askCloud(around, 'container', { endpoint, do: name });
      print(around.writeOut, given({ json }), answer, () => endpointsText([answer]));
    });
  }
};

const endpointsText = (endpoints: readonly EndpointView[]): string =>
  columns(
    ['endpoint', 'status', 'container', 'pid'],
    endpoints.map(({ name, status, container, pid, failureReason }) => [
      name,
      status,
      container,
      failureReason ?? (pid === undefined ? '' : String(pid)),
    ]),
  );

const modelsText = ({ endpoints, trainingJobs }: ModelsView): string => {
  const jobs = trainingJobs.map(({ name, status, step, createdAt, failureReason = '' }) => [
    name,
    status,
    step,
    time(createdAt),
    oneLine(failureReason, TEXT_SHOWN),
  ]);
  return [
    endpoints.length === 0 ? 'no endpoints' : endpointsText(endpoints),
    '',
    jobs.length === 0 ? 'no training jobs' : columns(['training job', 'status', 'step', 'created', 'failed because'], jobs),
  ].join('\n');
};
