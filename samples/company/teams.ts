export interface Team {
  readonly id: string;
  readonly title: string;
  /** What the team was called before `since` (ISO 8601, UTC); tickets of that time carry the old name. */
  readonly renamedFrom?: string;
  readonly since?: string;
}

export const TEAMS = [
  { id: 'shipping', title: 'Parcels and bicycles on their way' },
  { id: 'returns', title: 'Returns and exchanges' },
  { id: 'billing', title: 'Payments, refunds, invoices, vouchers' },
  { id: 'accounts', title: 'Login, personal data, data protection' },
  { id: 'workshop', title: 'Mechanics: gears, brakes, wheels, assembly' },
  { id: 'e-bikes', title: 'Motor, battery, display, Ride app' },
  { id: 'care', title: 'Larkspoke Care: plans and service visits', renamedFrom: 'subscriptions', since: '2026-09-14T00:00:00Z' },
  { id: 'advice', title: 'Questions before buying' },
  { id: 'warranty', title: 'Claims, recalls, accidents' },
  { id: 'business', title: 'Companies, schools, partners' },
  { id: 'front-desk', title: 'What nobody else can place' },
] as const satisfies readonly Team[];

export type TeamId = (typeof TEAMS)[number]['id'];

/** The name that a team went by at a time (ISO 8601, UTC). */
export const teamNameAt = (id: TeamId, time: string): string => {
  const team: Team = TEAMS.find((each) => each.id === id)!;
  return team.since !== undefined && time < team.since ? team.renamedFrom! : id;
};

/** The team that a name of any time stands for today; the name itself where no team was ever called so. */
export const teamToday = (name: string): string => TEAMS.find((team: Team) => team.renamedFrom === name)?.id ?? name;
