import { userInfo } from 'node:os';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { addChangingLeaf, addStageLeaf, onStage } from '../stage/stage-leaf.ts';
import type { ChangeFlags, StageFlags } from '../stage/stage-leaf.ts';
import type { StageSurroundings } from '../stage/surroundings.ts';
import type { CorrectOptions } from './correct.ts';
import type { SendOptions } from './send.ts';

const parseVersion = (text: string): number => {
  const version = Number(text);
  if (!Number.isInteger(version) || version < 1) throw new InvalidArgumentError('A version is a whole number from 1.');
  return version;
};

const collectLabel = (text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError('A label is written like priority=high.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
};

export const addTicketCommand = (program: Command, around: StageSurroundings): void => {
  const ticket = program.command('ticket').description('send a ticket, see everything about one, correct where it went');
  addChangingLeaf(ticket, {
    usage: 'send',
    description: 'send a ticket, as a support tool would',
    examples: [
      'ticket send --subject "Where is my refund?" --body "I sent it back three weeks ago." --wait',
      'ticket send --id TICKET-7 --ticket-version 2 --body "It has arrived now." --channel email',
      'ticket send --file ticket.json',
      'ticket send --file - < event.json',
    ],
  })
    .option('--id <id>', "the ticket's id; one is made up where none is given")
    .option('--subject <text>', 'its subject')
    .option('--body <text>', 'its text')
    .option('--channel <name>', 'where it came from: email, chat, …')
    .option('--requester <id>', 'who wrote it: an id of yours, not a name')
    .option('--language <code>', 'its language: en, de, …')
    .option('--ticket-version <number>', 'counted up with each change of the ticket', parseVersion)
    .option('--file <file>', 'JSON with these fields, or a whole CloudEvent; - is standard input')
    .option('--unchecked', 'send the file as it is, whatever it holds')
    .option('--wait', 'wait until it is decided, and show it')
    .action(async (options: ChangeFlags & SendOptions) => {
      const { stage, json, yes, ...send } = options;
      const { sendTicket } = await import('./send.ts');
      await onStage(around, { stage, ...(json && { json }), ...(yes && { yes }) }, (on) => sendTicket(on, send, around));
    });
  addStageLeaf(ticket, {
    usage: 'show <id>',
    description: 'everything about a ticket in order: events, decisions and why, versions, topic, outcomes',
    examples: ['ticket show TICKET-7', 'ticket show TICKET-7 --json --stage dev'],
  }).action(async (id: string, flags: StageFlags) => {
    const { showTicket } = await import('./show.ts');
    await onStage(around, flags, (on) => showTicket(on, id));
  });
  addChangingLeaf(ticket, {
    usage: 'correct <id>',
    description: 'say where a ticket belongs; it overrules the model, and the next training learns from it',
    examples: [
      'ticket correct TICKET-7 --team billing --by Ada',
      'ticket correct TICKET-7 --team billing --workflow refund --wait',
    ],
  })
    .option('--team <name>', 'the right team')
    .option('--workflow <name>', 'the right workflow')
    .option('--label <head=label>', 'the right label of another head; may be repeated', collectLabel)
    .option('--by <name>', 'who says so; else the name that you are logged in with', userInfo().username)
    .option('--wait', 'wait until it is taken in, and show the ticket')
    .action(async (id: string, options: ChangeFlags & CorrectOptions) => {
      const { correctTicket } = await import('./correct.ts');
      await onStage(around, options, (on) => correctTicket(on, id, options));
    });
};
