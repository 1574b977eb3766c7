import { Command, CommanderError } from 'commander';
import { ModelError } from '../model/errors.ts';
import { checkNode } from './check-node.ts';
import { addClusterCommand } from './cluster/command.ts';
import { addEncoderCommand } from './encoder/command.ts';
import { addEvaluateCommand } from './evaluate/command.ts';
import { fileMistake } from './file-mistake.ts';
import { addImportCommand } from './import/command.ts';
import { addLocalCommand } from './local/command.ts';
import { addPredictCommand } from './predict/command.ts';
import { addReadinessCommand } from './readiness/command.ts';
import { addSampleCommand } from './sample/command.ts';
import { addStageCommands } from './stage/commands.ts';
import { addStartCommand } from './start/command.ts';
import { addTrainCommand } from './train/command.ts';
import { UsageError, UserError } from './user-error.ts';

const FAILED = 1;
const CALLED_WRONGLY = 2;

const program = new Command('signalbox')
  .description("Machine learning on a support organisation's tickets, on its own AWS account.")
  .showHelpAfterError('(add --help for usage)')
  .exitOverride();
addStartCommand(program);
addTrainCommand(program);
addEvaluateCommand(program);
addPredictCommand(program);
addReadinessCommand(program);
addSampleCommand(program);
addClusterCommand(program);
addEncoderCommand(program);
addStageCommands(program);
addImportCommand(program);
addLocalCommand(program);

// Whoever reads the output may have read enough (as `head` does).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  checkNode(process.version);
  await program.parseAsync();
} catch (thrown) {
  const error = fileMistake(thrown) ?? thrown;
  if (error instanceof CommanderError) {
    // It has said what was wrong, or has printed the help that was asked for.
    process.exitCode = error.exitCode === 0 ? 0 : CALLED_WRONGLY;
  } else if (error instanceof UserError || error instanceof ModelError) {
    process.stderr.write(`signalbox: ${error.message}\n`);
    process.exitCode = error instanceof UsageError ? CALLED_WRONGLY : FAILED;
  } else throw error;
}
