import type { App } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { IPolicyValidationContext, PolicyValidationPluginReport } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { ACKNOWLEDGEMENTS } from '../../lib/acknowledgements.ts';
import type { Acknowledgement } from '../../lib/acknowledgements.ts';
import { NagChecks } from '../../lib/nag-checks.ts';
import { STAGE_NAMES } from '../../lib/stages.ts';
import { withSignalbox } from './synthesized.ts';

const check = (app: App, acknowledgements?: readonly Acknowledgement[]): PolicyValidationPluginReport =>
  new NagChecks(acknowledgements).validate({ appConstruct: app } as unknown as IPolicyValidationContext);

describe('cdk-nag', () => {
  test.each(STAGE_NAMES)('finds nothing in %s that is not acknowledged with its reason', (stage) => {
    const report = withSignalbox(stage, ({ app }) => check(app));
    expect(report.violations).toEqual([]);
    expect(report.success).toBe(true);
  });

  test('finds a bad bucket', () => {
    const report = withSignalbox('dev', ({ app, journey }) => {
      new Bucket(journey, 'Bad');
      return check(app);
    });
    expect(report.success).toBe(false);
    expect(report.violations.map(({ ruleName }) => ruleName).toSorted()).toEqual(['AwsSolutions-S1', 'AwsSolutions-S10']);
  });

  test('lets no stack be synthesized with a bad bucket', () => {
    expect(() =>
      withSignalbox('dev', ({ app, stateful }) => {
        new Bucket(stateful, 'Bad');
        return app.synth();
      }),
    ).toThrow(/AwsSolutions-S10/);
  });

  test('every acknowledgement is needed and has a reason', () => {
    for (const acknowledgement of ACKNOWLEDGEMENTS) {
      expect(acknowledgement.reason.length).toBeGreaterThan(20);
      const others = ACKNOWLEDGEMENTS.filter((other) => other !== acknowledgement);
      const report = withSignalbox('dev', ({ app }) => check(app, others));
      expect(report.success).toBe(false);
    }
  });
});
