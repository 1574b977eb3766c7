/**
 * Runs one container's program for the local cloud and outlives it by nothing: when the local cloud goes away, however it does, the
 * pipe on stdin ends, the program is killed and the folder of its files removed.
 * Arguments: the folder to remove, then the command line. A line `kill` on stdin kills the program.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { constants } from 'node:os';

const [folder = '', command = '', ...args] = process.argv.slice(2);
const program = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
let orphaned = false;

program.on('error', (error) => {
  console.error(`${command} could not be started: ${error.message}`);
  process.exitCode = 127;
});
program.on('exit', (code, signal) => {
  if (orphaned) rmSync(folder, { recursive: true, force: true });
  process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0));
});

process.on('SIGTERM', () => program.kill('SIGTERM'));
// A terminal sends Ctrl-C, and its own end, to everybody; the local cloud says itself when to end.
process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);
process.stdin.on('data', () => program.kill('SIGKILL'));
process.stdin.on('error', () => undefined);
process.stdin.on('close', () => {
  orphaned = true;
  program.kill('SIGKILL');
});
