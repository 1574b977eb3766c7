import { createHash } from 'node:crypto';

/** How a resource type's generated name is shaped. */
export interface NameShape {
  readonly maxLength: number;
  /** S3 buckets and SageMaker's resources allow no capitals. */
  readonly lowerCase?: boolean;
  readonly suffix?: string;
}

const suffixLength = 12;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * The name CloudFormation would give, `<stack>-<LogicalId>-<12 characters>`, but the same on every run.
 * Where it would be too long, stack name and logical id are both cut, the longer one first.
 */
export const physicalName = (stack: string, logicalId: string, shape: NameShape): string => {
  const room = shape.maxLength - suffixLength - 2 - (shape.suffix?.length ?? 0);
  const stackRoom = Math.max(Math.floor(room / 2), room - logicalId.length);
  const head = stack.slice(0, stackRoom);
  const name = `${head}-${logicalId.slice(0, room - head.length)}-${uniquePart(stack, logicalId)}`;
  return (shape.lowerCase ? name.toLowerCase() : name) + (shape.suffix ?? '');
};

const uniquePart = (stack: string, logicalId: string): string => {
  const digest = createHash('sha256').update(`${stack}/${logicalId}`).digest();
  return Array.from(digest.subarray(0, suffixLength), (byte) => alphabet[byte % 32]).join('');
};
