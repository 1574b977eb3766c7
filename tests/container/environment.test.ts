import { describe, expect, test } from 'vitest';
import { ContainerError, readEnvironment } from '../../container/environment.ts';

describe('the environment of the container', () => {
  test("is SageMaker's where nothing is set", () => {
    expect(readEnvironment({})).toMatchObject({ mlFolder: '/opt/ml', host: '0.0.0.0', port: 8080 });
  });

  test('outside of a container it listens on loopback only', () => {
    expect(readEnvironment({ OPT_ML_DIR: '/data', SAGEMAKER_BIND_TO_PORT: '9090' })).toMatchObject({
      mlFolder: '/data',
      host: '127.0.0.1',
      port: 9090,
    });
  });

  test.each(['0', '-1', '65536', '80.5', 'http'])('the port %s is refused', (port) => {
    expect(() => readEnvironment({ SAGEMAKER_BIND_TO_PORT: port })).toThrow(ContainerError);
    expect(() => readEnvironment({ SAGEMAKER_BIND_TO_PORT: port })).toThrow(`SAGEMAKER_BIND_TO_PORT is "${port}"`);
  });
});
