import type { Caller, Dispatch } from '../service.ts';

/** What the CDK's provider of `autoDeleteObjects` does, with its role, when the stack is destroyed. */
export const emptyBucket = async (dispatch: Dispatch, caller: Caller, bucket: string): Promise<void> => {
  for (;;) {
    const { Contents = [] } = await dispatch({ caller, service: 's3', action: 'ListObjectsV2', input: { Bucket: bucket } });
    const objects = (Contents as { Key: string }[]).map(({ Key }) => ({ Key }));
    if (objects.length === 0) return;
    await dispatch({ caller, service: 's3', action: 'DeleteObjects', input: { Bucket: bucket, Delete: { Objects: objects } } });
  }
};
