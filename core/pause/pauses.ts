/** What a person can stop: deciding without people, and training anew. */
export const PAUSABLE = ['automation', 'retraining'] as const;
export type Pausable = (typeof PAUSABLE)[number];

/** Who stopped it, why and since when. */
export interface Pause {
  readonly reason: string;
  readonly by: string;
  /** ISO 8601 in UTC. */
  readonly since: string;
}

/** What is paused. Tickets are taken in, stored and published all the same. */
export interface Pauses {
  /** Strongly consistent. */
  read(what: Pausable): Promise<Pause | undefined>;
  /** Pauses it unless it is paused already; returns the pause that was there. */
  pause(what: Pausable, pause: Pause): Promise<Pause | undefined>;
  /** Ends a pause; returns the one that was ended, if there was one. */
  resume(what: Pausable): Promise<Pause | undefined>;
}

/** `by Ada since 2026-11-22 10:15 UTC: the labels are wrong` */
export const pauseText = ({ reason, by, since }: Pause): string =>
  `by ${by} since ${since.slice(0, 16).replace('T', ' ')} UTC: ${reason.replace(/\.$/, '')}`;
