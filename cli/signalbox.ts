import { Command } from 'commander';
import { checkNode } from './check-node.ts';
import { addStartCommand } from './start/command.ts';
import { UserError } from './user-error.ts';

const program = new Command('signalbox')
  .description("Machine learning on a support organisation's tickets, on its own AWS account.")
  .showHelpAfterError('(add --help for usage)');
addStartCommand(program);

try {
  checkNode(process.version);
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`signalbox: ${error.message}\n`);
  process.exitCode = 1;
}
