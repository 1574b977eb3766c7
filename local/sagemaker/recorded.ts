import { epochSeconds } from './request.ts';
import type { Members } from './request.ts';

/** A model or an endpoint configuration: a name for what was asked for. */
export interface Recorded {
  readonly name: string;
  readonly arn: string;
  readonly createdAtMs: number;
  readonly members: Members;
}

export const describeRecorded = ({ members, arn, createdAtMs }: Recorded, arnMember: string): Record<string, unknown> => {
  const shown = Object.fromEntries(Object.entries(members).filter(([member]) => member !== 'Tags'));
  return { ...shown, [arnMember]: arn, CreationTime: epochSeconds(createdAtMs) };
};

export const summaryOf = ({ name, arn, createdAtMs }: Recorded, kind: 'Model' | 'EndpointConfig'): Record<string, unknown> => ({
  [`${kind}Name`]: name,
  [`${kind}Arn`]: arn,
  CreationTime: epochSeconds(createdAtMs),
});
