import type { TeamId } from './teams.ts';

export interface Workflow {
  readonly id: string;
  readonly team: TeamId;
  readonly title: string;
  /** Median time that a person spends on it. */
  readonly handleMinutes: number;
}

/** What agents start for a ticket. */
export const WORKFLOWS = [
  { id: 'trace-parcel', team: 'shipping', title: 'Open an investigation with the carrier', handleMinutes: 9 },
  { id: 'change-address', team: 'shipping', title: 'Change the address of an order', handleMinutes: 5 },
  { id: 'damage-claim', team: 'shipping', title: 'Claim transport damage', handleMinutes: 18 },
  { id: 'send-missing-item', team: 'shipping', title: 'Send what was missing', handleMinutes: 8 },
  { id: 'arrange-delivery', team: 'shipping', title: 'Agree on a delivery day', handleMinutes: 11 },
  { id: 'customs-papers', team: 'shipping', title: 'Write papers for customs', handleMinutes: 14 },
  { id: 'return-label', team: 'returns', title: 'Send a return label', handleMinutes: 4 },
  { id: 'exchange', team: 'returns', title: 'Exchange an article', handleMinutes: 9 },
  { id: 'collect-return', team: 'returns', title: 'Have a return collected', handleMinutes: 10 },
  { id: 'refund', team: 'billing', title: 'Check and send a refund', handleMinutes: 8 },
  { id: 'reverse-charge', team: 'billing', title: 'Reverse a payment', handleMinutes: 10 },
  { id: 'resend-invoice', team: 'billing', title: 'Send or correct an invoice', handleMinutes: 4 },
  { id: 'replace-voucher', team: 'billing', title: 'Replace or unlock a voucher', handleMinutes: 6 },
  { id: 'change-instalments', team: 'billing', title: 'Change a payment plan', handleMinutes: 13 },
  { id: 'adjust-price', team: 'billing', title: 'Pay back a price difference', handleMinutes: 7 },
  { id: 'reset-password', team: 'accounts', title: 'Reset a login', handleMinutes: 4 },
  { id: 'update-account', team: 'accounts', title: 'Change personal data', handleMinutes: 5 },
  { id: 'erase-data', team: 'accounts', title: 'Erase or export personal data', handleMinutes: 16 },
  { id: 'report-phishing', team: 'accounts', title: 'Report fraud in our name', handleMinutes: 7 },
  { id: 'repair-advice', team: 'workshop', title: 'Advise on a repair', handleMinutes: 15 },
  { id: 'send-manual', team: 'workshop', title: 'Send a manual or a video', handleMinutes: 6 },
  { id: 'book-repair', team: 'workshop', title: 'Book a repair in the workshop', handleMinutes: 11 },
  { id: 'battery-check', team: 'e-bikes', title: 'Check a battery', handleMinutes: 17 },
  { id: 'motor-diagnosis', team: 'e-bikes', title: 'Read the motor’s log', handleMinutes: 21 },
  { id: 'reset-pairing', team: 'e-bikes', title: 'Reset the pairing of bike and app', handleMinutes: 7 },
  { id: 'push-firmware', team: 'e-bikes', title: 'Send a firmware to a bike', handleMinutes: 12 },
  { id: 'book-service', team: 'care', title: 'Book a service visit', handleMinutes: 7 },
  { id: 'rebook-visit', team: 'care', title: 'Make up for a missed visit', handleMinutes: 10 },
  { id: 'cancel-plan', team: 'care', title: 'End or pause a plan', handleMinutes: 7 },
  { id: 'change-plan', team: 'care', title: 'Change a plan', handleMinutes: 8 },
  { id: 'notify-stock', team: 'advice', title: 'Tell when an article is back', handleMinutes: 4 },
  { id: 'size-advice', team: 'advice', title: 'Advise on size and fit', handleMinutes: 9 },
  { id: 'value-trade-in', team: 'advice', title: 'Value a bicycle in part exchange', handleMinutes: 14 },
  { id: 'warranty-claim', team: 'warranty', title: 'Decide a warranty claim', handleMinutes: 22 },
  { id: 'recall-exchange', team: 'warranty', title: 'Exchange a recalled part', handleMinutes: 8 },
  { id: 'damage-estimate', team: 'warranty', title: 'Estimate the damage after an accident', handleMinutes: 24 },
  { id: 'write-quote', team: 'business', title: 'Write a quote', handleMinutes: 26 },
  { id: 'scheme-papers', team: 'business', title: 'Papers for a bike-to-work scheme', handleMinutes: 15 },
  { id: 'renew-key', team: 'business', title: 'Renew a partner’s key', handleMinutes: 9 },
  { id: 'ask-back', team: 'front-desk', title: 'Ask what it is about', handleMinutes: 5 },
  { id: 'pass-on', team: 'front-desk', title: 'Pass on to the person concerned', handleMinutes: 6 },
] as const satisfies readonly Workflow[];

export type WorkflowId = (typeof WORKFLOWS)[number]['id'];
