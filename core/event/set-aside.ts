import type { Clock } from '../clock.ts';
import { isPermanent } from '../errors.ts';
import type { InboundMessage, Quarantine, QuarantineRecord } from '../ports.ts';
import type { QuarantineReason } from './receive.ts';
import type { EventKey } from './ticket.ts';

export interface SetAsideDeps {
  readonly quarantine: Quarantine;
  readonly clock: Clock;
}

/** A message that was not processed: in quarantine for somebody to mend it, or back to its queue. */
export type NotProcessed =
  | { readonly kind: 'quarantined'; readonly messageId: string; readonly reason: QuarantineReason }
  | { readonly kind: 'retry'; readonly messageId: string; readonly error: unknown };

/** Puts a message into quarantine; where that fails, the message goes back to its queue instead. */
export const setAside = async (
  deps: SetAsideDeps,
  queue: QuarantineRecord['queue'],
  { messageId, body }: InboundMessage,
  reason: QuarantineReason,
): Promise<NotProcessed> => {
  try {
    await deps.quarantine.keep({ messageId, queue, reason, body, receivedAtMs: deps.clock.now() });
    return { kind: 'quarantined', messageId, reason };
  } catch (error) {
    return { kind: 'retry', messageId, error };
  }
};

/** What another try can mend goes back to the queue; the rest waits in quarantine for somebody to mend it. */
export const afterFailure = async (
  deps: SetAsideDeps,
  queue: QuarantineRecord['queue'],
  message: InboundMessage,
  error: unknown,
): Promise<NotProcessed> =>
  isPermanent(error)
    ? setAside(deps, queue, message, { code: 'not-processable', sentence: error.message })
    : { kind: 'retry', messageId: message.messageId, error };

/** Why an event is set aside whose key an earlier event of another content had. */
export const idReused = ({ source, id }: EventKey): QuarantineReason => ({
  code: 'id-reused',
  sentence: `An earlier event of ${source} had the id ${id} and another content; every event needs an id of its own.`,
});
