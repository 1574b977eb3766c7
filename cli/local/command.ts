import type { Command } from 'commander';
import { addClockCommand } from './clock.ts';
import { addFaultsCommand } from './faults.ts';
import { addCallsCommand, addRefusalsCommand, addStatusCommand } from './gateway.ts';
import { addObjectsCommand, addQueuesCommand, addTablesCommand } from './storage.ts';
import { processSurroundings } from './surroundings.ts';
import type { Surroundings } from './surroundings.ts';
import { addUpCommand } from './up.ts';
import { addEndpointsCommand, addExecutionsCommand, addFunctionsCommand } from './work.ts';

/** `signalbox local`: what is in the local cloud that runs, and hands on it. */
export const addLocalCommand = (program: Command, around: Surroundings = processSurroundings): void => {
  const local = program
    .command('local')
    .description('look into the local cloud that runs, and control it: queues, tables, executions, faults, clock')
    .showHelpAfterError('(add --help for usage)')
    .showSuggestionAfterError()
    .configureOutput({ writeOut: around.writeOut, writeErr: around.writeError });
  addUpCommand(local, around);
  addStatusCommand(local, around);
  addQueuesCommand(local, around);
  addTablesCommand(local, around);
  addObjectsCommand(local, around);
  addExecutionsCommand(local, around);
  addFunctionsCommand(local, around);
  addEndpointsCommand(local, around);
  addCallsCommand(local, around);
  addRefusalsCommand(local, around);
  addFaultsCommand(local, around);
  addClockCommand(local, around);
};
