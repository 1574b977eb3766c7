import type { ApiCall } from '../../local/service.ts';
import { jsonata, type Engine } from './states-run.ts';

export const S3_LIST = 'arn:aws:states:::s3:listObjectsV2';
export const S3_GET = 'arn:aws:states:::s3:getObject';

/** A machine of one Map whose items go to a function. */
export const mapOf = (fields: object, processor: object = {}, task: object = {}): object => ({
  ...jsonata,
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      ItemProcessor: {
        ...processor,
        StartAt: 'Call',
        States: {
          Call: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke',
            Arguments: { FunctionName: 'f', Payload: '{% $states.input %}' },
            Output: '{% $states.result.Payload %}',
            End: true,
            ...task,
          },
        },
      },
      End: true,
      ...fields,
    },
  },
});

export const distributed = (ExecutionType = 'STANDARD'): object => ({ ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType } });

/** S3 as far as a distributed Map needs it. */
export const bucket = (objects: Record<string, string>) => {
  const answer = ({ action, input }: ApiCall): Record<string, unknown> => {
    const key = String(input['Key']);
    if (action === 'GetObject') return { Body: Buffer.from(objects[key] ?? '') };
    if (action === 'PutObject') {
      objects[key] = Buffer.from(input['Body'] as Uint8Array).toString();
      return {};
    }
    const keys = Object.keys(objects).filter((name) => name.startsWith(String(input['Prefix'])));
    const from = Number(input['ContinuationToken'] ?? 0);
    const page = keys
      .slice(from, from + 2)
      .map((Key) => ({ Key, Size: 1, ETag: '"e"', LastModified: new Date(0), StorageClass: 'STANDARD' }));
    return { Contents: page, ...(from + 2 < keys.length ? { NextContinuationToken: String(from + 2) } : {}) };
  };
  return { objects, answer };
};

export const childrenOf = async (engine: Engine, executionArn: string): Promise<readonly Record<string, unknown>[]> => {
  const { mapRuns } = await engine.api('ListMapRuns', { executionArn });
  const { mapRunArn } = (mapRuns as readonly Record<string, unknown>[])[0] ?? {};
  return (await engine.api('ListExecutions', { mapRunArn }))['executions'] as readonly Record<string, unknown>[];
};
