import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { customResourceRequestSchema } from '../../adapters/cloudformation/custom-resource.ts';
import type { CustomResourceResult } from '../../adapters/cloudformation/custom-resource.ts';
import { answer, logger, remove } from './wiring.ts';

/** Left for the answer: without one, CloudFormation waits for an hour. */
const MARGIN_MS = 15_000;

/** Creation and Update do nothing: endpoints belong to the retraining workflow until the stack goes. */
const respond = async (event: unknown, context: Context): Promise<void> => {
  const request = customResourceRequestSchema.parse(event);
  const result = request.RequestType === 'Delete' ? await removeWithin(context) : ({ status: 'SUCCESS' } as const);
  await answer(request, result);
};

const removeWithin = async (context: Context): Promise<CustomResourceResult> => {
  try {
    const removed = await remove(AbortSignal.timeout(context.getRemainingTimeInMillis() - MARGIN_MS));
    logger.info('endpoints removed', { removed });
    return { status: 'SUCCESS' };
  } catch (error) {
    const cause = error instanceof Error ? error : new Error(String(error));
    logger.error('endpoints not removed', cause);
    return { status: 'FAILED', reason: `Not all endpoints could be removed: ${cause.message}` };
  }
};

export const handler = middy(respond).use(injectLambdaContext(logger));
