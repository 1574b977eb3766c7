import { describe, expect, test } from 'vitest';
import { removeEndpoints } from '../../../core/retrain/remove-endpoints.ts';
import type { ServingResource } from '../../../core/retrain/serving-resources.ts';
import { aResource, servingInMemory } from '../../support/retraining-fakes.ts';

describe('the removal of all endpoints', () => {
  const removal = (resources: readonly ServingResource[], roundsUntilSettled = 0) => {
    const servingResources = servingInMemory(resources);
    const calls: string[] = [];
    let sleeps = 0;
    const remove = removeEndpoints({
      servingResources,
      runs: {
        disableSchedule: async () => Promise.resolve(void calls.push('schedule')),
        stopAll: async () => Promise.resolve(calls.push('executions')),
      },
      sleep: async () => {
        sleeps += 1;
        if (sleeps === roundsUntilSettled) servingResources.settle();
        // Gives a time limit the chance to pass.
        await new Promise(setImmediate);
      },
    });
    return { remove, servingResources, calls };
  };

  test('stops what makes endpoints before it deletes them', async () => {
    const { remove, servingResources, calls } = removal([aResource(1), aResource(2, { endpoint: 'none' })]);
    expect(await remove(AbortSignal.timeout(5000))).toEqual(['signalbox-routing-v1', 'signalbox-routing-v2']);
    expect(servingResources.names()).toEqual([]);
    expect(calls.slice(0, 2)).toEqual(['schedule', 'executions']);
  });

  test('waits for an endpoint that is being made, and deletes it then', async () => {
    const { remove, servingResources } = removal([aResource(1, { endpoint: 'busy' }), aResource(2)], 3);
    await remove(AbortSignal.timeout(5000));
    expect(servingResources.names()).toEqual([]);
  });

  test('says what is left when its time is over', async () => {
    const controller = new AbortController();
    const { remove } = removal([aResource(1, { endpoint: 'busy' }), aResource(2)]);
    setTimeout(() => controller.abort(), 20);
    await expect(remove(controller.signal)).rejects.toMatchObject({
      name: 'EndpointBusy',
      message: 'SageMaker is still making or changing signalbox-routing-v1: not removed yet; try again in a few minutes.',
    });
  });

  test('another failure is not mistaken for a matter of time', async () => {
    const servingResources = {
      list: () => Promise.reject(new Error('not allowed')),
      remove: () => Promise.resolve('removed' as const),
    };
    const runs = { disableSchedule: () => Promise.resolve(), stopAll: () => Promise.resolve(0) };
    const remove = removeEndpoints({ servingResources, runs, sleep: () => Promise.resolve() });
    await expect(remove(AbortSignal.timeout(5000))).rejects.toThrow('not allowed');
  });
});
