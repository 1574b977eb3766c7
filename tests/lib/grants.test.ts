import { describe, expect, test } from 'vitest';
import { ACTIONS_ON_ANYTHING } from '../../lib/acknowledgements.ts';
import { at, listAt, resourcesOf, templatesOf } from './synthesized.ts';

interface Statement {
  readonly policy: string;
  readonly actions: readonly string[];
  /** Resources as text, with intrinsic functions as JSON. */
  readonly resources: readonly string[];
  readonly conditions: unknown;
}

const { journey } = templatesOf('prod');
const statements: readonly Statement[] = resourcesOf(journey, 'AWS::IAM::Policy').flatMap(({ id, properties }) =>
  listAt(properties, 'PolicyDocument', 'Statement').map((statement) => ({
    policy: id,
    actions: listAt(statement, 'Action').map(String),
    resources: listAt(statement, 'Resource').map((resource) =>
      typeof resource === 'string' ? resource : JSON.stringify(resource),
    ),
    conditions: at(statement, 'Condition'),
  })),
);
const allowing = (action: string): readonly Statement[] => statements.filter(({ actions }) => actions.includes(action));

describe('grants', () => {
  test('policies are found', () => {
    expect(statements.length).toBeGreaterThan(50);
  });

  test('only actions that know no resource are allowed on anything, and all that are listed are used', () => {
    const onAnything = statements.filter(({ resources }) => resources.includes('*')).flatMap(({ actions }) => actions);
    expect([...new Set(onAnything)].toSorted()).toEqual(Object.keys(ACTIONS_ON_ANYTHING).toSorted());
  });

  test('no action is a wildcard', () => {
    for (const { actions } of statements) for (const action of actions) expect(action).not.toContain('*');
  });

  test('functions call endpoints of versions of one model, and nobody else does', () => {
    const callers = allowing('sagemaker:InvokeEndpoint').map(({ policy, resources }) => ({
      who: policy.replace(/RoleDefaultPolicy.*/, ''),
      what: resources.map((resource) => /endpoint\/[\w*-]+/.exec(resource)?.[0]),
    }));
    expect(callers.toSorted((a, b) => a.who.localeCompare(b.who))).toEqual([
      { who: 'ClusterTicketsCluster', what: ['endpoint/signalbox-prod-clustering-v*'] },
      { who: 'RetrainingStepsEvaluate', what: ['endpoint/signalbox-prod-routing-v*'] },
      { who: 'RetrainingStepsObserve', what: ['endpoint/signalbox-prod-routing-v*'] },
      { who: 'RouteTicketsRoute', what: ['endpoint/signalbox-prod-routing-v*'] },
    ]);
  });

  test('a role is handed over to one service only', () => {
    const passing = allowing('iam:PassRole');
    expect(passing.map(({ conditions }) => String(at(conditions, 'StringEquals', 'iam:PassedToService'))).toSorted()).toEqual([
      'sagemaker.amazonaws.com',
      'scheduler.amazonaws.com',
    ]);
    for (const { resources } of passing) expect(resources).toHaveLength(1);
  });

  test('objects are read and written under folders of the bucket, never everywhere', () => {
    const touched = [...allowing('s3:GetObject'), ...allowing('s3:PutObject')].flatMap(({ resources }) => resources);
    expect(touched.length).toBeGreaterThan(5);
    for (const resource of touched) expect(resource).toMatch(/"\/(events|snapshots|models|checkpoints|texts|quarantine)\/\*"/);
    for (const { conditions } of allowing('s3:ListBucket')) expect(at(conditions, 'StringLike', 's3:prefix')).toBeDefined();
  });

  test('pointer, lock and versions are read by routing and the steps of a retraining, and by nobody else', () => {
    const readers = allowing('dynamodb:GetItem').filter(({ resources }) => resources.some((one) => one.includes('TablesModels')));
    expect(readers.map(({ policy }) => policy.replace(/RoleDefaultPolicy.*/, '')).toSorted()).toEqual([
      'RetrainingStepsBegin',
      'RetrainingStepsEnd',
      'RetrainingStepsMove',
    ]);
    const together = allowing('dynamodb:BatchGetItem').filter(({ resources }) =>
      resources.some((one) => one.includes('TablesModels')),
    );
    expect(together.map(({ policy }) => policy.replace(/RoleDefaultPolicy.*/, ''))).toEqual(['RouteTicketsRoute']);
  });

  test('an index is asked by who needs it', () => {
    const asking = allowing('dynamodb:Query').map(({ policy, resources }) => [
      policy.replace(/RoleDefaultPolicy.*/, ''),
      resources.map((resource) => /index\/[\w-]+/.exec(resource)?.[0]),
    ]);
    expect(Object.fromEntries(asking)).toEqual({
      ClusterTicketsCluster: ['index/by-unfamiliar-hour'],
      ReconcileEventsReconcile: ['index/by-fact-hour'],
    });
  });

  test('the daily reconcile is started by its schedule, at one version of one function', () => {
    const [start, ...others] = allowing('lambda:InvokeFunction').filter(({ policy }) => policy.startsWith('ReconcileEvents'));
    expect(others).toEqual([]);
    expect(start?.policy).toMatch(/^ReconcileEventsScheduleRole/);
    expect(start?.resources).toEqual([expect.stringMatching(/"ReconcileEventsReconcileFunction\w+","Arn"/)]);
  });

  test('nobody deletes a row but who releases the lock, and nobody scans', () => {
    expect(allowing('dynamodb:DeleteItem').map(({ policy }) => policy)).toEqual([
      expect.stringMatching(/^RetrainingStepsEndRoleDefaultPolicy/),
    ]);
    expect(allowing('dynamodb:Scan')).toEqual([]);
  });
});
