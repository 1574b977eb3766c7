import { z } from 'zod';
import type { RunningJourney } from './running-journey.ts';

const countsSchema = z.object({ stored: z.number(), logged: z.number(), missing: z.number(), republished: z.number() });
const reconciliationSchema = z.object({
  kind: z.enum(['complete', 'incomplete']),
  types: z.object({ 'ticket.routed': countsSchema, 'ticket.learned': countsSchema }),
  unreadable: z.object({ count: z.number() }),
  malformedLines: z.number(),
});
export type Reconciled = z.infer<typeof reconciliationSchema>;

const functionName = ({ cloud }: RunningJourney): string | undefined =>
  [...cloud.resources].find(([id]) => id.includes('ReconcileEventsReconcileFunction'))?.[1].ref;

/** What a person does who wants a day (YYYY-MM-DD) reconciled now. */
export const reconcileDay = async (journey: RunningJourney, day: string): Promise<Reconciled> => {
  const Payload = Buffer.from(JSON.stringify({ day }));
  const answer = await journey.cloud.call('lambda', 'Invoke', { FunctionName: functionName(journey), Payload });
  const text = Buffer.from(answer['Payload'] as Uint8Array).toString('utf8');
  if (answer['FunctionError'] !== undefined) throw new Error(`reconcile-events failed: ${text}`);
  return reconciliationSchema.parse(JSON.parse(text));
};

/** Starts a reconcile as the schedule does: nobody waits for it, and Lambda tries again what fails. */
export const startReconcile = async (journey: RunningJourney, day: string): Promise<void> => {
  const Payload = Buffer.from(JSON.stringify({ day }));
  await journey.cloud.call('lambda', 'Invoke', { FunctionName: functionName(journey), InvocationType: 'Event', Payload });
};
