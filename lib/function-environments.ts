import type { Environment as ArchiveEvents } from '../lambdas/archive-events/environment.ts';
import type { Environment as BeginRetraining } from '../lambdas/begin-retraining/environment.ts';
import type { Environment as ClusterTickets } from '../lambdas/cluster-tickets/environment.ts';
import type { Environment as EndRetraining } from '../lambdas/end-retraining/environment.ts';
import type { Environment as EvaluateTickets } from '../lambdas/evaluate-tickets/environment.ts';
import type { Environment as GateChallenger } from '../lambdas/gate-challenger/environment.ts';
import type { Environment as LearnFromOutcomes } from '../lambdas/learn-from-outcomes/environment.ts';
import type { Environment as MovePointer } from '../lambdas/move-pointer/environment.ts';
import type { Environment as ObserveChallenger } from '../lambdas/observe-challenger/environment.ts';
import type { Environment as ReconcileEvents } from '../lambdas/reconcile-events/environment.ts';
import type { Environment as RemoveEndpoints } from '../lambdas/remove-endpoints/environment.ts';
import type { Environment as RouteTickets } from '../lambdas/route-tickets/environment.ts';
import type { Environment as SnapshotEvents } from '../lambdas/snapshot-events/environment.ts';

/** Every function by the name of its folder, with what its handler reads from the environment. */
export interface FunctionEnvironments {
  readonly 'archive-events': ArchiveEvents;
  readonly 'begin-retraining': BeginRetraining;
  readonly 'cluster-tickets': ClusterTickets;
  readonly 'end-retraining': EndRetraining;
  readonly 'evaluate-tickets': EvaluateTickets;
  readonly 'gate-challenger': GateChallenger;
  readonly 'learn-from-outcomes': LearnFromOutcomes;
  readonly 'move-pointer': MovePointer;
  readonly 'observe-challenger': ObserveChallenger;
  readonly 'reconcile-events': ReconcileEvents;
  readonly 'remove-endpoints': RemoveEndpoints;
  readonly 'route-tickets': RouteTickets;
  readonly 'snapshot-events': SnapshotEvents;
}

export type FunctionName = keyof FunctionEnvironments;

/** Every variable of a function, as text: what is missing or unknown to its `environment.ts` is a type error. */
export type EnvironmentOf<Name extends FunctionName> = { readonly [Variable in keyof FunctionEnvironments[Name]]: string };
