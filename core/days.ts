const DAY_MS = 86_400_000;

/** The day of a time in UTC, as YYYY-MM-DD. */
export const dayOf = (time: string | number): string => new Date(time).toISOString().slice(0, 10);

export const addDays = (day: string, days: number): string => dayOf(Date.parse(day) + days * DAY_MS);
