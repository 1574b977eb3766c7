import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withoutHash } from '../../scripts/permissions/template.ts';
import { at, listAt, resourcesOf, templatesOf } from '../lib/synthesized.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
const { journey } = templatesOf('prod');
const alarms = resourcesOf(journey, 'AWS::CloudWatch::Alarm').map(({ id, properties }) => ({
  /** As it stands in the alarm's name on AWS. */
  name: withoutHash(id).replace(/^Alarms/, ''),
  properties,
}));

/** Text below each third heading, up to the next heading. */
const sections = new Map(
  page
    .split(/^(?=#{2,3} )/m)
    .filter((part) => part.startsWith('### '))
    .map((part) => [/^### (.*)$/m.exec(part)?.[1] ?? '', part] as const),
);

describe('the runbook', () => {
  test.for(alarms)('has a section for $name: what it means, what to look at, what to do', ({ name }) => {
    const section = sections.get(name) ?? '';
    for (const part of ['**Means**', '**Look**', '**Do']) expect(section).toContain(part);
    expect(page).toContain('`signalbox-prod-journey-Alarms`');
  });

  test('has no section for an alarm that is no more', () => {
    const known = new Set([...alarms.map(({ name }) => name), 'A retraining that was stopped', 'The endpoints are gone']);
    expect([...sections.keys()].filter((name) => !known.has(name))).toEqual([]);
  });

  test('says after how many minutes a message is too old, as the alarm does', () => {
    const old = alarms.filter(({ properties }) => at(properties, 'MetricName') === 'ApproximateAgeOfOldestMessage');
    expect(old).toHaveLength(5);
    for (const { name, properties } of old) {
      const minutes = Number(at(properties, 'Threshold')) / 60;
      expect(sections.get(name)).toContain(`has waited for ${minutes} minutes or more.*`);
    }
  });

  test('says at which share of tickets without the model, and after how long', () => {
    const share = alarms.find(({ name }) => name === 'DegradedShare')?.properties;
    expect(at(share, 'EvaluationPeriods')).toBe(3);
    expect(listAt(share, 'Metrics').map((one) => at(one, 'MetricStat', 'Period') ?? 300)).toEqual([300, 300, 300]);
    const said = `*${String(at(share, 'Threshold'))} % or more of the tickets were decided without the model, three times five minutes`;
    expect(sections.get('DegradedShare')).toContain(said);
  });

  test('names parts of the stack that begin the name of one resource each', () => {
    const ids = Object.keys(journey.toJSON()['Resources'] as object);
    const named = [
      ...Array.from(page.matchAll(/\$\(stack (\w+)\)/g), ([, part = '']) => part),
      ...Array.from(page.matchAll(/`(\w+Logs)`/g), ([, part = '']) => part),
    ];
    expect(named.length).toBeGreaterThan(6);
    for (const part of named) expect(ids.filter((id) => id.startsWith(part)).map(withoutHash)).toEqual([part]);
  });

  test('names outputs of the stack', () => {
    const outputs = Object.keys(journey.findOutputs('*'));
    const named = Array.from(page.matchAll(/\$\(output (\w+)\)/g), ([, key = '']) => key);
    expect(named.length).toBeGreaterThan(3);
    for (const key of named) expect(outputs).toContain(key);
  });
});
