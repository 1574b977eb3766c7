/** Stages of the journey, by the beginning of the caller's name in the synthesized stack. */
const STAGES: readonly (readonly [string, string])[] = [
  ['RouteTickets', 'routing'],
  ['ClusterTickets', 'topics'],
  ['LearnFromOutcomes', 'learning from outcomes'],
  ['ArchiveEvents', 'event log'],
  ['events.amazonaws.com', 'bus deliveries'],
  ['Retraining', 'retraining'],
];

/** The stage of the journey that a caller of AWS works for; the caller's own name where it is none of them. */
export const stageOf = (caller: string): string => STAGES.find(([beginning]) => caller.startsWith(beginning))?.[1] ?? caller;
