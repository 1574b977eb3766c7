import type { Command } from 'commander';
import { print } from '../local/leaf.ts';
import { addStageLeaf } from '../stage/stage-leaf.ts';
import type { StageFlags } from '../stage/stage-leaf.ts';
import type { StageSurroundings } from '../stage/surroundings.ts';
import type { AwsFacts } from './aws-checks.ts';
import type { MachineFacts } from './machine-checks.ts';

/** What is asked of machine and account; found out for real where a test says nothing else. */
export interface DoctorFacts {
  readonly machine?: MachineFacts;
  readonly aws?: AwsFacts;
}

const FAILED = 1;

export const addDoctorCommand = (program: Command, around: StageSurroundings, facts: DoctorFacts = {}): void => {
  addStageLeaf(program, {
    usage: 'doctor',
    description:
      'look at Node, packages, Docker, AWS credentials, region, bootstrap and quotas, and say what to do; ends with 1 where there is a problem. What only a deployment needs is a problem where a stage is named',
    examples: ['doctor', 'doctor --stage dev', 'doctor --stage prod --json'],
  }).action(async ({ stage, ...flags }: StageFlags) => {
    const [{ checkedText, runChecks }, { machineChecks }, { awsChecks }] = await Promise.all([
      import('./check.ts'),
      import('./machine-checks.ts'),
      import('./aws-checks.ts'),
    ]);
    const machine = facts.machine ?? (await import('./machine-facts.ts')).machineFacts;
    const ownAws = facts.aws ? undefined : (await import('./aws-facts.ts')).awsFacts(around);
    try {
      const aws = facts.aws ?? ownAws;
      const checked = await runChecks([...machineChecks(machine), ...(aws ? awsChecks(aws, stage) : [])]);
      print(around.writeOut, flags, { stage, checks: checked }, () => checkedText(checked));
      if (checked.some(({ finding }) => finding.kind === 'problem')) process.exitCode = FAILED;
    } finally {
      ownAws?.close();
    }
  });
};
