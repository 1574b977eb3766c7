import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LabelDeclarationError, parseLabelDeclaration } from '../../../core/labels/label-declaration.ts';
import { labelMapOf } from '../../../core/labels/label-map.ts';
import type { LabelMap } from '../../../core/labels/label-map.ts';

const mapOf = (team: object): LabelMap => labelMapOf(parseLabelDeclaration(JSON.stringify({ heads: { team } }), 'labels.json'));

const mapUnlessRefused = (team: object): LabelMap | undefined => {
  try {
    return mapOf(team);
  } catch (error) {
    if (error instanceof LabelDeclarationError) return undefined;
    throw error;
  }
};

describe('a label of the past', () => {
  test('is called by its name of today, over any number of changes and however it is spelled', () => {
    const map = mapOf({ renamed: { repairs: 'workshop', workshop: 'Service Centre' }, retired: { 'walk-in': 'repairs' } });
    for (const former of ['repairs', 'Workshop', ' walk-in ', 'WALK-IN'])
      expect(map.current('team', former)).toBe('Service Centre');
  });

  test('stays as it is where nothing is said of it, or under another head', () => {
    const map = mapOf({ renamed: { repairs: 'workshop' } });
    expect(map.current('team', 'billing')).toBe('billing');
    expect(map.current('priority', 'repairs')).toBe('repairs');
  });

  test('is none where it was retired without a successor, be it after a renaming', () => {
    const map = mapOf({ renamed: { telex: 'fax' }, retired: { fax: null } });
    expect(map.current('team', 'telex')).toBeUndefined();
    expect(map.historic({ team: 'Telex', priority: 'high' }, '2026-01-01T00:00:00.000Z')).toEqual({ priority: 'high' });
  });

  test('is not learned from where today it could be another, which was split off from it later', () => {
    const map = mapOf({ renamed: { money: 'billing' }, added: { refunds: { since: '2026-08-01', from: ['billing'] } } });
    expect(map.historic({ team: 'money' }, '2026-07-31T23:59:59.000Z')).toEqual({});
    expect(map.historic({ team: 'billing' }, '2026-08-01T00:00:00.000Z')).toEqual({ team: 'billing' });
    expect(map.historic({ team: 'refunds' }, '2026-07-01T00:00:00.000Z')).toEqual({ team: 'refunds' });
  });

  test('never has a name of today that is itself a name of the past', () => {
    const names = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const changes = fc.dictionary(names, fc.option(names), { maxKeys: 5 });
    fc.assert(
      fc.property(changes, names, (retired, label) => {
        const map = mapUnlessRefused({ retired });
        const today = map?.current('team', label);
        fc.pre(map !== undefined && today !== undefined);
        expect(Object.keys(retired)).not.toContain(today);
        expect(map.current('team', today)).toBe(today);
      }),
    );
  });
});

describe('a declaration is refused with a sentence', () => {
  test.for([
    ['{', /^labels\.json is not JSON \(.*\); mend it there\.$/],
    ['[]', /^labels\.json is not a declaration of labels: the whole: .*; write it as \{"heads"/],
    ['{"heads":{"team":{"renmed":{}}}}', /heads\.team: .*renmed/],
    ['{"heads":{"team":{"renamed":{"a":""}}}}', /heads\.team\.renamed\.a/],
    ['{"heads":{"team":{"added":{"a":{"since":"August"}}}}}', /heads\.team\.added\.a\.since/],
    ['{"heads":{"team":{"renamed":{"a":"b","b":"a"}}}}', /goes in a circle at "a" of team; say which name holds today/],
    ['{"heads":{"team":{"renamed":{"Billing":"billing"}}}}', /goes in a circle.*spellings of one name need no entry/],
    ['{"heads":{"team":{"renamed":{"a":"b"},"retired":{"A ":null}}}}', /says twice what became of "A" of team; keep one/],
  ] as const)('%s', ([text, message]) => {
    expect(() => parseLabelDeclaration(text, 'labels.json')).toThrow(message);
    expect(() => parseLabelDeclaration(text, 'labels.json')).toThrow(LabelDeclarationError);
  });
});
