import type {
  IPolicyValidationContext,
  IPolicyValidationPlugin,
  PolicyValidationPluginReport,
  PolicyViolation,
} from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ACKNOWLEDGEMENTS } from './acknowledgements.ts';
import type { Acknowledgement } from './acknowledgements.ts';

/**
 * cdk-nag's AwsSolutions pack, less what acknowledgements.ts knows. Ids of its findings contain ARNs as they are resolved at the
 * time, with account, region and stage: CDK's own acknowledgements match whole ids only, and would have to be listed for each.
 */
export class NagChecks implements IPolicyValidationPlugin {
  readonly name = 'AwsSolutions';
  private readonly acknowledgements: readonly Acknowledgement[];

  constructor(acknowledgements: readonly Acknowledgement[] = ACKNOWLEDGEMENTS) {
    this.acknowledgements = acknowledgements;
  }

  validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const violations = new AwsSolutionsChecks()
      .validateScope(context.appConstruct)
      .violations.map((violation) => this.unacknowledged(violation))
      .filter(({ violatingResources }) => violatingResources.length > 0);
    return { success: violations.length === 0, violations };
  }

  private unacknowledged(violation: PolicyViolation): PolicyViolation {
    const known = this.acknowledgements.filter(({ finding }) => finding.test(violation.ruleName));
    return {
      ...violation,
      violatingResources: violation.violatingResources.filter(
        ({ constructPath }) => !known.some(({ path }) => path.test(constructPath ?? '')),
      ),
    };
  }
}
