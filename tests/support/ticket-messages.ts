/** A valid `ticket.created.v1` event; overrides replace whole members. */
export const ticketCreated = (ticketId: string, overrides: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  specversion: '1.0',
  id: `${ticketId}-created`,
  source: 'tests',
  type: 'ticket.created.v1',
  subject: ticketId,
  time: new Date(Date.now() - 60_000).toISOString(),
  data: {
    version: 1,
    subject: 'Refund',
    body: 'I returned the helmet and my refund has not arrived yet. When do I get my money back?',
  },
  ...overrides,
});

/** A valid `ticket.resolved.v1` event. */
export const ticketResolved = (ticketId: string, team: string): Record<string, unknown> => ({
  specversion: '1.0',
  id: `${ticketId}-resolved`,
  source: 'tests',
  type: 'ticket.resolved.v1',
  subject: ticketId,
  time: new Date().toISOString(),
  data: { version: 1, labels: { team } },
});
