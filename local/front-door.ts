import type { Callers } from './assembly/callers.ts';
import type { Place } from './assembly/stack-scope.ts';
import { startGateway } from './gateway.ts';
import type { Gateway } from './gateway.ts';
import type { Around } from './gateway/dispatcher.ts';

/** Thrown where the gateway's port cannot be had. */
export class PortInUseError extends Error {
  override readonly name = 'PortInUseError';
  readonly retryable = false;
}

interface FrontDoor {
  readonly port: number;
  readonly written?: () => Promise<void> | undefined;
  readonly callers: Callers;
  readonly place: Place;
  readonly log: (line: string) => void;
  readonly around: Around;
}

/** The gateway on the loopback interface. @throws PortInUseError */
export const startFrontDoor = async ({ port, callers, place, ...rest }: FrontDoor): Promise<Gateway> => {
  try {
    const { identify, credentialsFor } = callers;
    return await startGateway({ port, host: '127.0.0.1', services: [], identify, credentialsFor, ...place, ...rest });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      const message = `port ${port} is in use by another program: end it, or choose another port (0 takes a free one)`;
      throw new PortInUseError(message, { cause: error });
    }
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') {
      const message = `port ${port} may not be opened by this user: choose one above 1023 (0 takes a free one)`;
      throw new PortInUseError(message, { cause: error });
    }
    throw error;
  }
};
