import { beforeAll, describe, expect, test } from 'vitest';
import { evaluateModel } from '../../../cli/evaluate/evaluate-model.ts';
import type { EvaluationRequest } from '../../../cli/evaluate/evaluate-model.ts';
import { openRouting } from '../../../model/routing-model.ts';
import type { RoutingModel } from '../../../model/routing-model.ts';
import { defaultEncoder } from '../../support/trained-routing.ts';
import { clearRows, trainedModel, writeRows } from './model-and-tickets.ts';

const STRANGE = ['xyzzy qwfpg zxcvb', '☂☂☂', 'sunny weather tomorrow'].map((text) => ({ text, team: 'other' }));

describe('evaluating a model on a file', () => {
  let model: RoutingModel;
  beforeAll(async () => {
    model = await openRouting(await trainedModel(), await defaultEncoder());
  });
  const request = (fields: Partial<EvaluationRequest>): EvaluationRequest => ({
    data: writeRows(clearRows(80)),
    text: ['message'],
    labels: { team: 'team' },
    outOfScope: undefined,
    ...fields,
  });

  test('judges every head that is named, by its column', async () => {
    const { heads, outOfScope } = await evaluateModel(model, request({ labels: { priority: 'priority', team: 'team' } }));
    expect([...heads.keys()]).toEqual(['priority', 'team']);
    for (const evaluation of heads.values()) expect(evaluation).toMatchObject({ n: 80, accuracy: 1 });
    expect(outOfScope).toBeUndefined();
  });

  test('tickets without a label of a head are left out of that head only', async () => {
    const data = writeRows([...clearRows(40), { text: 'my invoice was billed twice', priority: 'low' }]);
    const { heads } = await evaluateModel(model, request({ data, labels: { team: 'team', priority: 'priority' } }));
    expect(heads.get('team')!.n).toBe(40);
    expect(heads.get('priority')!.n).toBe(41);
  });

  test('labels that the model does not know are errors, and said', async () => {
    const data = writeRows([
      ...clearRows(40),
      ...Array.from({ length: 10 }, () => ({ text: 'my invoice was billed twice', team: 'legal' })),
    ]);
    const { heads, notes } = await evaluateModel(model, request({ data }));
    expect(heads.get('team')).toMatchObject({ n: 50, accuracy: 0.8, unknownLabelCount: 10 });
    expect(notes).toContainEqual({
      level: 'warning',
      text: '10 tickets with labels of team that the model does not know ("legal") count as errors.',
    });
  });

  test('labels are known in another spelling', async () => {
    const data = writeRows(clearRows(20).map((row) => ({ ...row, team: ` ${row.team!.toUpperCase()}` })));
    expect((await evaluateModel(model, request({ data }))).heads.get('team')).toMatchObject({
      accuracy: 1,
      unknownLabelCount: 0,
    });
  });

  test('texts of another file show how well the model tells what it was not made for', async () => {
    const outOfScope = { kind: 'file', file: writeRows(STRANGE) } as const;
    const evaluation = await evaluateModel(model, request({ outOfScope }));
    expect(evaluation.heads.get('team')).toMatchObject({ n: 80 });
    expect(evaluation.outOfScope).toMatchObject({ n: 3 });
    expect(evaluation.outOfScope!.auroc).toBeGreaterThan(0.95);
    expect(evaluation.outOfScope!.recall).toBeGreaterThanOrEqual(2 / 3);
    expect(evaluation.outOfScope!.inScopeAccuracy).toBeGreaterThan(0.8);
    expect(evaluation.outOfScope!.inScopeAccuracy).toBeLessThanOrEqual(1);
  });

  test('tickets with the out-of-scope label do the same, and do not count in the accuracy of any head', async () => {
    const data = writeRows([...clearRows(80), ...STRANGE.map((row) => ({ ...row, priority: 'low' }))]);
    const byFile = await evaluateModel(model, request({ outOfScope: { kind: 'file', file: writeRows(STRANGE) } }));
    const byLabel = await evaluateModel(
      model,
      request({ data, labels: { team: 'team', priority: 'priority' }, outOfScope: { kind: 'label', label: 'Other' } }),
    );
    expect(byLabel.outOfScope).toEqual(byFile.outOfScope);
    expect(byLabel.heads.get('team')).toMatchObject({ n: 80, unknownLabelCount: 0 });
    expect(byLabel.heads.get('priority')).toMatchObject({ n: 80 });
  });

  test('a model that has the out-of-scope label rejects by it as well', async () => {
    const hardware = clearRows(80).filter(({ team }) => team === 'hardware').length;
    const { outOfScope, heads } = await evaluateModel(model, request({ outOfScope: { kind: 'label', label: 'hardware' } }));
    expect(outOfScope).toMatchObject({ n: hardware, recall: 1, auroc: 1 });
    expect(heads.get('team')!.n).toBe(80 - hardware);
  });

  test.each([
    ['a head that the model has not', { labels: { queue: 'team' } }, /no head "queue"; it has "priority", "team"/u],
    ['a column that the file has not', { text: ['body'] }, /no column "body"; it has message, team, priority/u],
    [
      'an out-of-scope label that no ticket has',
      { outOfScope: { kind: 'label', label: 'spam' } },
      /no ticket with the label "spam"/u,
    ],
  ] as const)('%s is refused', async (_, fields, message) => {
    await expect(evaluateModel(model, request(fields))).rejects.toThrow(message);
  });

  test('a file of which everything is out of scope is refused', async () => {
    const strange = request({ data: writeRows(STRANGE), outOfScope: { kind: 'label', label: 'other' } });
    await expect(evaluateModel(model, strange)).rejects.toThrow(/no ticket in scope with a label in "team" to judge team by/u);
  });
});
