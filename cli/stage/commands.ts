import type { Command } from 'commander';
import { addCostCommand } from '../cost/command.ts';
import { addDeadLettersCommand } from '../dead-letters/command.ts';
import { addDoctorCommand } from '../doctor/command.ts';
import { addPauseCommands } from '../pause/command.ts';
import { addQuarantineCommand } from '../quarantine/command.ts';
import { addStatusCommand } from '../status/command.ts';
import { addTicketCommand } from '../ticket/command.ts';
import { stageSurroundings } from './surroundings.ts';
import type { StageSurroundings } from './surroundings.ts';

/** Every command of those who run a stage. */
export const addStageCommands = (program: Command, around: StageSurroundings = stageSurroundings): void => {
  addTicketCommand(program, around);
  addStatusCommand(program, around);
  addQuarantineCommand(program, around);
  addDeadLettersCommand(program, around);
  addPauseCommands(program, around);
  addCostCommand(program, around);
  addDoctorCommand(program, around);
};
