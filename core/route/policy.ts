import { NO_LABEL_CHANGES } from '../labels/label-map.ts';
import type { LabelMap } from '../labels/label-map.ts';

/** What support operations decides about routing; every change raises the revision, and every decision names it. */
export interface RoutingPolicy {
  readonly revision: number;
  /** The head whose label is the team that a ticket goes to. */
  readonly mainHead: string;
  /** Head → lowest probability at which its label is acted on. Wins over the model's own threshold. */
  readonly thresholds: Readonly<Record<string, number>>;
  /** Used where neither the policy nor the model names a threshold. */
  readonly defaultThreshold: number;
  /** Decisions name labels of today, whatever the model was trained on. */
  readonly labels: LabelMap;
}

export const DEFAULT_POLICY: RoutingPolicy = {
  revision: 1,
  mainHead: 'team',
  thresholds: {},
  defaultThreshold: 0.5,
  labels: NO_LABEL_CHANGES,
};
