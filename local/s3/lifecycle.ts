import type { CancelTimer, Clock } from '../clock.ts';
import { UnsupportedError } from '../service.ts';
import type { Input } from './input.ts';

const DAY_MS = 86_400_000;

export interface ExpirationRule {
  readonly prefix: string;
  readonly days: number;
}

// What concerns storage classes, versions and unfinished uploads is recorded and inert: none of them exists here long enough.
const INERT: ReadonlySet<string> = new Set([
  'AbortIncompleteMultipartUpload',
  'ExpiredObjectDeleteMarker',
  'Id',
  'NoncurrentVersionExpiration',
  'NoncurrentVersionExpirationInDays',
  'NoncurrentVersionTransition',
  'NoncurrentVersionTransitions',
  'Transition',
  'Transitions',
]);
const ACTED_ON: ReadonlySet<string> = new Set(['ExpirationInDays', 'Prefix', 'Status']);

/**
 * Reads a bucket's LifecycleConfiguration.
 * @throws UnsupportedError for rules that would expire by date, tag or size
 */
export const readExpirationRules = (bucket: string, configuration: unknown): readonly ExpirationRule[] => {
  const rules = ((configuration as Input | undefined)?.['Rules'] ?? []) as readonly Input[];
  return rules.flatMap((rule) => {
    for (const property in rule) {
      if (INERT.has(property) || ACTED_ON.has(property) || rule[property] === undefined) continue;
      throw new UnsupportedError(`Bucket ${bucket}: the local cloud does not support ${property} in a lifecycle rule`);
    }
    const days = Number(rule['ExpirationInDays']);
    if (rule['Status'] !== 'Enabled' || rule['ExpirationInDays'] === undefined) return [];
    if (!Number.isInteger(days) || days < 1) {
      throw new UnsupportedError(
        `Bucket ${bucket}: ExpirationInDays must be a whole number of days, not ${JSON.stringify(rule['ExpirationInDays'])}`,
      );
    }
    return [{ prefix: typeof rule['Prefix'] === 'string' ? rule['Prefix'] : '', days }];
  });
};

/**
 * When an object expires: the first midnight (UTC) at least that many days after it was written.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html#intro-lifecycle-rules-number-of-days
 */
export const expiryOf = (rules: readonly ExpirationRule[], key: string, lastModifiedMs: number): number | undefined => {
  const days = rules.filter(({ prefix }) => key.startsWith(prefix)).map((rule) => rule.days);
  return days.length === 0 ? undefined : Math.ceil((lastModifiedMs + Math.min(...days) * DAY_MS) / DAY_MS) * DAY_MS;
};

/** Calls `expire` for keys at their midnight; one timer, for the first midnight that has any. */
export const createLifecycle = (clock: Clock, expire: (key: string) => void) => {
  const byMidnight = new Map<number, Set<string>>();
  let armedFor: number | undefined;
  let cancelTimer: CancelTimer = () => undefined;

  const arm = (): void => {
    const first = byMidnight.size > 0 ? Math.min(...byMidnight.keys()) : undefined;
    if (first === armedFor) return;
    cancelTimer();
    armedFor = first;
    if (first !== undefined) cancelTimer = clock.setTimer(Math.max(0, first - clock.now()), sweep);
  };

  const sweep = (): void => {
    armedFor = undefined;
    const now = clock.now();
    for (const [midnight, keys] of byMidnight) {
      if (midnight > now) continue;
      byMidnight.delete(midnight);
      for (const key of keys) expire(key);
    }
    arm();
  };

  const schedule = (key: string, midnight: number): void => {
    const keys = byMidnight.get(midnight);
    if (keys) keys.add(key);
    else byMidnight.set(midnight, new Set([key]));
    arm();
  };

  const close = (): void => {
    byMidnight.clear();
    arm();
  };

  return { schedule, close };
};
