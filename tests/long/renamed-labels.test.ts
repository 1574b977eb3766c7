import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LABELS_FILE } from '../../adapters/labels/declared-labels.ts';
import { createdEvent } from '../../cli/start/replay-tickets.ts';
import type { LabelledTicket } from '../../cli/start/labelled-ticket.ts';
import { trainingExampleSchema } from '../../core/retrain/training-example.ts';
import { alteredAssembly } from '../support/altered-assembly.ts';
import type { AlteredAssembly } from '../support/altered-assembly.ts';
import { eventually, FEW_TICKETS, startJourney } from '../support/running-journey.ts';
import type { RunningJourney } from '../support/running-journey.ts';

/** What the biggest teams of the history are made to have been called at first, and what becomes of them before and after training. */
const FORMER = 'first name';
const SECOND = 'second name';
const TODAY = 'name of today';

let folder: string;
let assembly: AlteredAssembly;
let journey: RunningJourney;
let history: readonly LabelledTicket[];
let dissolved: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signalbox-labels-'));
  const file = join(folder, 'before.json');
  writeFileSync(file, JSON.stringify({ heads: { team: { renamed: { [FORMER]: SECOND } } } }));
  assembly = await alteredAssembly([], file);
  journey = await startJourney(assembly.folder);
  const few = journey.history.slice(-FEW_TICKETS);
  const bySize = [...Map.groupBy(few, ({ labels }) => labels.team)].toSorted(([, a], [, b]) => b.length - a.length);
  const [biggest, second] = [bySize[0]![0], bySize[1]![0]];
  dissolved = second;
  history = few.map((ticket) => (ticket.labels.team === biggest ? { ...ticket, labels: { team: FORMER } } : ticket));
  await journey.train(history);
}, 180_000);

afterAll(async () => {
  await journey?.close();
  assembly?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Folders of functions that got the declaration when the stack was synthesized. */
const readers = (): readonly string[] => globSync(`asset.*/${LABELS_FILE}`, { cwd: assembly.folder });

test('the declaration goes with the functions that read it, and the history is learned by names of today', async () => {
  expect(readers()).toHaveLength(4);
  const { s3, outputs } = journey.operator;
  const Key = 'snapshots/v1/training/train.jsonl';
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: outputs.DataBucket, Key }));
  const lines = ((await Body?.transformToString()) ?? '').split('\n').filter((line) => line !== '');
  const teams = lines.map((line) => trainingExampleSchema.parse(JSON.parse(line)).labels['team']);
  expect(teams).toContain(SECOND);
  expect(teams).not.toContain(FORMER);
});

test('what changes after the training changes the decisions: none names a former team', async () => {
  const declaration = { heads: { team: { renamed: { [SECOND]: TODAY }, retired: { [dissolved]: null } } } };
  for (const file of readers()) {
    const path = join(assembly.folder, file);
    if (!existsSync(path) || !readFileSync(path, 'utf8').includes(FORMER)) throw new Error(`${path} is not the declaration`);
    writeFileSync(path, JSON.stringify(declaration));
  }
  const sent = history.slice(-60).map((ticket) => ({ ...ticket, id: `again-${ticket.id}` }));
  for (const ticket of sent) await journey.send('tickets', createdEvent(ticket));
  const ids = sent.map(({ id }) => id);
  await eventually('decisions', async () => (await journey.states(ids)).size === ids.length);
  const decisions = [...(await journey.states(ids)).values()].map(({ decision }) => decision.decision);
  // So few tickets make models that are seldom sure; what they would choose, a decision says as well.
  expect(decisions.map(({ heads }) => heads['team']?.label)).toContain(TODAY);
  expect(decisions.map(({ outcome }) => (outcome.kind === 'abstained' ? outcome.reason : 'routed'))).toContain('retired-label');
  for (const { outcome, heads, similar } of decisions)
    for (const former of [FORMER, SECOND, dissolved])
      expect(JSON.stringify([outcome, heads, similar])).not.toContain(`"${former}"`);
}, 120_000);
