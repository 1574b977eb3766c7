import { z } from 'zod';
import type { Provenance } from '../provenance.ts';
import type { Part } from './parts.ts';

export const measuredSchema = z.record(z.string(), z.unknown());
export type Measured = z.infer<typeof measuredSchema>;

/** Encoders by name, and what was measured of each by part. */
export const recordedSchema = z.record(z.string(), z.record(z.string(), measuredSchema));
export type Recorded = z.infer<typeof recordedSchema>;

/** Parts whose data sets are measured one by one, each with a provenance of its own. */
const BY_SET: readonly Part[] = ['clusters', 'routing'];

export const withProvenance = (part: Part, provenance: Provenance, measured: Measured): Measured =>
  BY_SET.includes(part)
    ? Object.fromEntries(
        Object.entries(measured).map(([set, values]) => [set, { ...provenance, ...measuredSchema.parse(values) }]),
      )
    : { ...provenance, ...measured };

/** The parts of both; within a part, what is new takes the place of what it is named like. */
export const joinParts = (
  before: Readonly<Record<string, Measured>> | undefined,
  measured: Readonly<Record<string, Measured>>,
): Record<string, Measured> => ({
  ...before,
  ...Object.fromEntries(Object.entries(measured).map(([part, values]) => [part, { ...before?.[part], ...values }])),
});
