import type { Topic } from '../company/topics.ts';
import type { Phrases } from './phrases.ts';

/** A whole ticket written by hand; each is sent at most once. */
export interface Letter {
  readonly topic: string;
  readonly channel: Channel;
  readonly priority: Priority;
  readonly subject: string;
  readonly body: string;
  readonly requester?: string | undefined;
}

export const CHANNELS = ['email', 'chat', 'web'] as const;
export type Channel = (typeof CHANNELS)[number];

export const PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Everything written by hand that tickets are made of. */
export interface Material {
  readonly topics: readonly Topic[];
  /** Topic → its phrases. */
  readonly phrases: ReadonlyMap<string, Phrases>;
  readonly ways: Phrases;
  readonly letters: readonly Letter[];
}
