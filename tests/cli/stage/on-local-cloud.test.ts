import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Quarantined } from '../../../adapters/dynamodb/quarantined.ts';
import type { ShownTicket } from '../../../cli/ticket/timeline.ts';
import { addStageCommands } from '../../../cli/stage/commands.ts';
import type { StageStatus } from '../../../cli/status/stage-status.ts';
import { eventually, FEW_TICKETS } from '../../support/running-journey.ts';
import { startWithCommands } from './on-local-cloud.ts';
import type { CommandsOnLocalCloud } from './on-local-cloud.ts';
import { runCommand, surroundings } from './run-command.ts';

/** Longer than a function goes by what it read before. */
const PAUSE_SEEN_MS = 3_000;

/** Every command that does something, as its words. */
const leaves = ((): readonly string[] => {
  const program = new Command();
  addStageCommands(program, surroundings());
  return program.commands.flatMap((command) =>
    command.commands.length === 0 ? [command.name()] : command.commands.map((one) => `${command.name()} ${one.name()}`),
  );
})();

let on: CommandsOnLocalCloud;

beforeAll(async () => {
  on = await startWithCommands();
}, 120_000);

afterAll(() => on?.close());

const REFUND = ['--subject', 'Where is my refund?', '--body', 'I returned the helmet and my refund has not arrived yet.'];

describe('before the first model', () => {
  test('status says so, and that retraining is to be started', async () => {
    const status = await on.json<StageStatus & { readonly attention: readonly string[] }>(['status']);
    expect(status).toMatchObject({ stage: 'local', champion: null, quarantined: 0 });
    expect(status.attention).toEqual([
      'No model is live: people decide about every ticket. Import history, and start a retraining.',
    ]);
  });

  test('while retraining is paused an execution ends at once, without a failure, and says who paused it', async () => {
    expect((await on.run(['pause', 'retraining', '--reason', 'labels are cleaned', '--by', 'Ada'])).out).toBe(
      'retraining is paused: no retraining begins; one that runs goes on.\n',
    );
    await expect(on.journey.train([])).rejects.toThrow(/^Retraining is paused by Ada since .* UTC: labels are cleaned\./);
    const { retraining, attention } = await on.json<StageStatus & { readonly attention: readonly string[] }>(['status']);
    expect(retraining).toMatchObject({ running: null, last: { status: 'SUCCEEDED', outcome: 'paused' }, locked: false });
    expect(attention.join('\n')).toContain('Nothing is trained until `resume retraining`.');
    const again = await on.run(['pause', 'retraining', '--reason', 'x', '--by', 'Ben']);
    expect(again.code).toBe(1);
    expect(again.err).toMatch(
      /^signalbox: Retraining is paused already, by Ada .*: labels are cleaned\. Nothing was changed\.\n$/,
    );
    expect((await on.run(['resume', 'retraining'])).out).toMatch(/^retraining goes on; it was paused by Ada/);
    expect(await on.run(['resume', 'retraining'])).toMatchObject({
      code: 1,
      err: 'signalbox: Retraining is not paused. Nothing was changed.\n',
    });
  });
});

describe('with live models', () => {
  beforeAll(() => on.journey.train(on.journey.history.slice(-FEW_TICKETS)), 180_000);

  test('status names the version that is live, its endpoints and the retraining behind it', async () => {
    const status = await on.json<StageStatus>(['status']);
    expect(status).toMatchObject({
      champion: { version: 1, record: { status: 'promoted' }, endpoints: { routing: 'InService', clustering: 'InService' } },
      retraining: { running: null, last: { outcome: 'promoted', version: 1 }, locked: false },
    });
    const { out } = await on.run(['status']);
    expect(out).toMatch(/^champion +version 1, live since \d{4}-\d\d-\d\d [\d:]+, right on \d+\.\d % of \d+ test tickets; /m);
    expect(out).toContain('Nothing needs attention.');
  });

  test('a ticket is sent, decided and shown with everything about it', async () => {
    const { code, out, err } = await on.run(['ticket', 'send', '--id', 'SHOWN-1', ...REFUND, '--channel', 'email', '--wait']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^SHOWN-1 is with /);
    expect(out).toMatch(
      /event [0-9a-f-]{36} of signalbox\/command-line: version 1 by email\n +Where is my refund\?\n +I returned/,
    );
    expect(out).toMatch(/decision: (routed to|left to people)/);
    expect(out).toMatch(/most like: .*\d\.\d\d, /);
    expect(out).toMatch(/model routing version 1, policy 1, pointer 1, \d+ ms after it came/);
    const shown = await eventually('its topic', async () => {
      const ticket = await on.json<ShownTicket>(['ticket', 'show', 'SHOWN-1']);
      return ticket.topic !== null && ticket;
    });
    expect(shown.timeline.map(({ kind }) => kind)).toEqual(['event', 'decision']);
    expect((await on.run(['ticket', 'show', 'SHOWN-1'])).out).toMatch(/\ntopic: .*by map version 1\)\n$/);
  });

  test('a correction takes the ticket from the model, and stands in its history under the name of who made it', async () => {
    const args = ['ticket', 'correct', 'SHOWN-1', '--team', 'returns', '--workflow', 'refund', '--by', 'Ada', '--wait'];
    const { out } = await on.run(args);
    expect(out).toMatch(/^SHOWN-1 is with returns, where people sent it\n/);
    expect(out).toMatch(/corrected by Ada \(event [0-9a-f-]{36} of signalbox\/command-line\)\n +team: returns, workflow: refund/);
    const shown = await on.json<ShownTicket>(['ticket', 'show', 'SHOWN-1']);
    expect(shown.standing).toEqual({ team: 'returns', by: 'people' });
    // By the local cloud's clock, which training has left ahead of the wall.
    expect(on.journey.cloud.clock.now()).toBeGreaterThan(Date.now() + 10_000);
    expect(shown.timeline.map(({ kind }) => kind)).toEqual(['event', 'decision', 'outcome']);
    await on.journey.settled();
    const lessons = (await on.journey.eventLog()).filter(({ type }) => type === 'ticket.learned').map(({ detail }) => detail);
    expect(lessons).toContainEqual(
      expect.objectContaining({ ticketId: 'SHOWN-1', lesson: 'corrected', labels: { team: 'returns', workflow: 'refund' } }),
    );
  });

  test('a ticket comes from a file, from standard input, or as a whole event', async () => {
    const file = join(on.folder, 'ticket.json');
    writeFileSync(file, JSON.stringify({ id: 'FILED-1', body: 'The battery of my e-bike is dead', version: 1 }));
    expect(await on.json(['ticket', 'send', '--file', file])).toMatchObject({ ticketId: 'FILED-1' });
    const event = { specversion: '1.0', id: 'e-1', source: 'desk', type: 'ticket.created.v1', subject: 'PIPED-1' };
    const whole = { ...event, time: new Date().toISOString(), data: { version: 1, body: 'My brake squeaks' } };
    expect(await on.json(['ticket', 'send', '--file', '-', '--wait'], JSON.stringify(whole))).toMatchObject({
      ticketId: 'PIPED-1',
    });
  });

  test.for([
    [['ticket', 'send'], 2, 'A ticket needs words'],
    [['ticket', 'send', '--body', 'x', '--file', 'y'], 2, 'not from both'],
    [['ticket', 'send', '--unchecked', '--body', 'x', '--wait'], 2, 'leave --wait out'],
    [['ticket', 'send', '--file', '/nowhere.json'], 1, 'There is no file /nowhere.json'],
    [['ticket', 'send', '--body', 'x', '--ticket-version', 'two'], 2, 'A version is a whole number from 1.'],
    [['ticket', 'send', '--body', 'x', '--id', 'y'.repeat(201)], 1, 'Nothing was sent, it would be quarantined'],
    [['ticket', 'show', 'NOBODY'], 1, 'Stage local has not seen ticket NOBODY'],
    [['ticket', 'correct', 'NOBODY', '--team', 'x'], 1, 'Stage local has not seen ticket NOBODY'],
    [['ticket', 'correct', 'SHOWN-1'], 2, 'Say what is right'],
    [['quarantine', 'show', 'nothing'], 1, 'There is no message nothing in quarantine'],
    [['quarantine', 'retry'], 2, 'Name messages by their ids, or say --all.'],
    [['quarantine', 'drop', 'x', '--code', 'y'], 2, '--code goes with --all.'],
    [['quarantine', 'retry', '--all', '--body', 'x'], 2, '--body mends one message'],
    [['dead-letters', 'redrive', 'everything'], 2, 'Allowed choices are tickets, rescore'],
    [['pause', 'people', '--reason', 'x'], 2, 'Allowed choices are automation, retraining.'],
    [['pause', 'automation'], 2, "required option '--reason <text>' not specified"],
  ] as const)('%j ends with %i and a sentence', async ([args, code, said]) => {
    const ran = await on.run(args);
    expect({ code: ran.code, out: ran.out }).toEqual({ code, out: '' });
    expect(ran.err).toContain(said);
  });

  test('what cannot be taken in is listed with its reason, shown, mended, sent again and dropped', async () => {
    const bad = { specversion: '1.0', id: 'b-1', source: 'desk', type: 'ticket.created.v1', subject: 'MENDED-1' };
    const spoilt = JSON.stringify({ ...bad, time: 'yesterday', data: { version: 1, body: 'Write to jo@example.com' } });
    for (const message of [spoilt, 'this is no JSON', 'x'.repeat(200_000)])
      expect((await on.run(['ticket', 'send', '--file', '-', '--unchecked'], message)).out).toMatch(/^sent as message /);
    const { messages } = await eventually('three records', async () => {
      const listed = await on.json<{ readonly messages: readonly Quarantined[] }>(['quarantine', 'list']);
      return listed.messages.length === 3 && listed;
    });
    const idOf = (code: string): string => messages.find((one) => one.code === code)?.messageId ?? '';
    expect((await on.run(['quarantine', 'list', '--code', 'not-json'])).out).toMatch(
      /^message +received +queue +code +reason\n\S{36} .* tickets +not-json +The message \(15 bytes\) is not JSON/,
    );
    expect((await on.run(['quarantine', 'list', '--max', '1'])).out).toContain('… and 2 more; see --max');
    expect((await on.json<StageStatus & { readonly attention: readonly string[] }>(['status'])).attention).toEqual([
      '3 messages are in quarantine: `quarantine list` says why.',
    ]);

    const { out } = await on.run(['quarantine', 'show', idOf('invalid-field').slice(0, 12)]);
    expect(out).toContain('`time`: ');
    expect(out).not.toContain('jo@example.com');
    expect((await on.json<Quarantined>(['quarantine', 'show', idOf('too-large')])).body).toHaveLength(200_000);

    const mended = JSON.stringify({ ...bad, time: new Date().toISOString(), data: { version: 1, body: 'My refund' } });
    expect(await on.json(['quarantine', 'retry', idOf('invalid-field'), '--body', '-'], mended)).toEqual({
      retried: [idOf('invalid-field')],
    });
    await eventually('the mended ticket', async () => (await on.run(['ticket', 'show', 'MENDED-1'])).code === 0);

    // As it is it comes back, under another id.
    await on.run(['quarantine', 'retry', '--all', '--code', 'not-json']);
    await eventually('its return', async () => {
      const listed = await on.json<{ readonly messages: readonly Quarantined[] }>(['quarantine', 'list', '--code', 'not-json']);
      return listed.messages.length === 1 && listed.messages[0]?.messageId !== idOf('not-json');
    });
    expect((await on.run(['quarantine', 'drop', '--all'])).out).toBe('2 messages dropped\n');
    expect((await on.run(['quarantine', 'list'])).out).toBe('the quarantine is empty\n');
    const bucket = on.journey.operator.outputs.DataBucket;
    expect(on.journey.cloud.engines.s3.inspect(bucket).filter(({ key }) => key.startsWith('quarantine/'))).toEqual([]);
  });

  test('dead letters are counted, looked at and sent again', async () => {
    const { cloud, operator } = on.journey;
    const refused = { kind: 'error', code: 'AccessDeniedException', status: 403 } as const;
    const route = cloud.counts().find(({ caller }) => caller.startsWith('RouteTickets'))?.caller ?? '';
    const broken = cloud.faults.add({ service: 'dynamodb', caller: route, fault: refused });
    await on.run(['ticket', 'send', '--id', 'DEAD-1', ...REFUND]);
    await eventually('a dead letter', async () => {
      await cloud.clock.advance(400_000);
      const counts = await on.json<readonly { readonly of: string; readonly messages: number }[]>(['dead-letters', 'list']);
      return counts.find(({ of }) => of === 'tickets')?.messages === 1;
    });
    broken();
    expect((await on.run(['dead-letters', 'list', 'tickets'])).out).toMatch(
      /^tickets: 1 dead letter\n[\d: -]+ \S+\n {2}\{"specversion"/,
    );
    expect((await on.run(['status'])).out).toContain(
      '1 dead letter of tickets: mend the cause, then `dead-letters redrive tickets`.',
    );
    expect(await on.json(['dead-letters', 'redrive', 'tickets'])).toEqual({ of: 'tickets', redriven: 1, left: 0 });
    await eventually('the redriven ticket', async () => (await on.run(['ticket', 'show', 'DEAD-1'])).code === 0);

    const events = { caller: 'events.amazonaws.com', service: 'sqs', resource: 'Archive', times: 1, fault: refused } as const;
    cloud.faults.add(events);
    await on.run(['ticket', 'send', '--id', 'UNDELIVERED-1', ...REFUND, '--wait']);
    await eventually('an undelivered event', async () => (await on.journey.waiting(operator.outputs.UndeliveredQueueUrl)) === 1);
    expect(await on.json(['dead-letters', 'redrive', 'undelivered'])).toEqual({ of: 'undelivered', redriven: 1, left: 0 });
    await cloud.runFor(61_000);
    const logged = (await on.journey.eventLog()).map(({ detail }) => detail['ticketId']);
    expect(logged).toContain('UNDELIVERED-1');
    expect((await on.run(['dead-letters', 'redrive', 'topics'])).out).toBe('0 dead letters of topics sent again\n');
  }, 120_000);

  test('while automation is paused people decide, and afterwards the model does again', async () => {
    const { cloud } = on.journey;
    await on.run(['pause', 'automation', '--reason', 'billing was renamed', '--by', 'Ada']);
    await cloud.clock.advance(PAUSE_SEEN_MS);
    const decisionOf = async (id: string) => {
      const { timeline } = await on.json<ShownTicket>(['ticket', 'send', '--id', id, ...REFUND, '--wait']);
      return timeline.flatMap((entry) => (entry.kind === 'decision' ? [entry.decision] : []))[0];
    };
    const paused = await decisionOf('PAUSED-1');
    expect(paused?.outcome).toEqual({ kind: 'abstained', reason: 'paused' });
    expect(paused?.because).toMatch(/^Automation is paused by Ada since .* UTC: billing was renamed; a person decides\.$/);
    expect((await on.run(['status'])).out).toMatch(/^automation +paused by Ada /m);
    await on.run(['resume', 'automation']);
    await cloud.clock.advance(PAUSE_SEEN_MS);
    expect((await decisionOf('RESUMED-1'))?.rules).not.toContain('paused');
  });

  test('and the policies of the stack refused nothing of all that', () => {
    expect(on.journey.cloud.iam.refusals()).toEqual([]);
  });
});

describe('every command of those who run a stage', () => {
  test.for(leaves)('%s has --help with an example, --json and --stage', async (words) => {
    const { code, out } = await runCommand(addStageCommands, surroundings(), [...words.split(' '), '--help']);
    expect(code).toBe(0);
    expect(out).toContain(`\nExamples:\n  npm run -s signalbox -- ${words}`);
    expect(out).toContain('--json');
    // An estimate is made before there is any stage.
    expect(out.includes('--stage <name>')).toBe(words !== 'cost');
  });
});

describe('the page of commands', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/commands.md'), 'utf8');
  const blocks = Array.from(page.matchAll(/^```\n(.*?)^```$/gms), ([, block = '']) => block);
  /** The commands of the page in their order, which depend on each other. */
  const shown = blocks
    .flatMap((block) => block.split(/^\$ /m).slice(1))
    .map((part) => {
      const [line = '', first = ''] = part.trimEnd().split('\n');
      return { line, first };
    });

  /** Words as a shell takes them apart. */
  const wordsOf = (text: string): readonly string[] =>
    Array.from(text.matchAll(/"([^"]*)"|(\S+)/g), ([, quoted, plain]) => quoted ?? plain ?? '');

  beforeAll(async () => {
    await on.run(['quarantine', 'drop', '--all']);
  });

  test('shows every command', () => {
    const lines = shown.map(({ line }) => line.replace(/.*npm run -s signalbox -- /, ''));
    for (const leaf of leaves) expect(lines.some((line) => line.startsWith(leaf))).toBe(true);
  });

  test.for(shown)('`$line` runs, and begins as it is shown', async ({ line, first }) => {
    const [, piped, command = ''] = /^(?:echo "(.*)" \| )?npm run -s signalbox -- (.*)$/.exec(line) ?? [];
    // The id that the page shows is another one here.
    const listed = await eventually('what is in quarantine', async () => {
      const { messages } = await on.json<{ readonly messages: readonly Quarantined[] }>(['quarantine', 'list']);
      return command.startsWith('quarantine') && !command.includes('retry') && messages.length === 0 ? undefined : messages;
    });
    const words = wordsOf(command).map((word) => (word === '5e8a0c5c' ? (listed[0]?.messageId.slice(0, 8) ?? word) : word));
    const { code, out, err } = await on.run(words, piped);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const plain = (text: string): string =>
      text
        .replace(/ …$/, '')
        .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
        .replace(/is with .*/, 'is with X')
        .replace(/ +/g, ' ');
    const printed = plain(out.split('\n')[0] ?? '');
    expect(first.endsWith('…') ? printed.slice(0, plain(first).length) : printed).toBe(plain(first));
  });
});
