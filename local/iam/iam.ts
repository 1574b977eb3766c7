import type { Clock } from '../clock.ts';
import type { MappingPlace } from './action-mapping.ts';
import { createEncryption } from './encryption.ts';
import type { Encryption } from './encryption.ts';
import { createGuard, policiesIn } from './guard.ts';
import type { Guard } from './guard.ts';
import { createPolicyStore } from './policy-store.ts';
import type { PolicyStore } from './policy-store.ts';
import { createRequestRecorder } from './request-recording.ts';
import type { RequestRecording } from './request-recording.ts';
import { createStatementLog } from './statement-log.ts';
import type { Refusal, StatementUse } from './statement-log.ts';

/** Identity and access management: the stacks' policies, and the guard that holds every call to them. */
export interface Iam {
  readonly policies: PolicyStore;
  readonly encryption: Encryption;
  readonly guard: Guard;
  /** Every statement that the templates write, with what it was good for since the start. */
  readonly statements: () => readonly StatementUse[];
  /** Those that have allowed or refused something. */
  readonly usedStatements: () => readonly StatementUse[];
  /** What was refused of late. */
  readonly refusals: () => readonly Refusal[];
  /** Every distinct request since the start; undefined where none were to be kept. */
  readonly recording: RequestRecording | undefined;
}

export const createIam = (
  options: MappingPlace & { readonly clock: Clock; readonly requests?: 'recorded' | 'forgotten' },
): Iam => {
  const policies = createPolicyStore();
  const encryption = createEncryption(options);
  const log = createStatementLog();
  const statements = (): readonly StatementUse[] => log.uses(policies.statements());
  const policiesOf = policiesIn(policies, options);
  const recording = options.requests === 'recorded' ? createRequestRecorder(policiesOf, policies.statements) : undefined;
  return {
    policies,
    encryption,
    guard: createGuard({ ...options, policiesOf, decided: recording?.add, encryption, log }),
    statements,
    usedStatements: () => statements().filter(({ uses }) => uses > 0),
    refusals: log.refusals,
    recording,
  };
};
