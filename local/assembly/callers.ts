import { createHash } from 'node:crypto';
import type { Credentials } from '../lambda/function-environment.ts';
import type { Caller } from '../service.ts';

/** Who may call the local cloud: credentials are given out here, and recognised again at the gateway. */
export interface Callers {
  /** Credentials of a caller; the same on every run. */
  readonly credentialsOf: (caller: Caller) => Credentials;
  /** The caller that an access key was given to. */
  readonly identify: (accessKeyId: string) => Caller | undefined;
  /** What the caller of an access key signs with. */
  readonly credentialsFor: (accessKeyId: string) => Credentials | undefined;
  /** Makes a role known under its logical id. */
  readonly addRole: (arn: string, logicalId: string) => void;
  /** Who acts where only the ARN of a role is given. */
  readonly callerOfRole: (arn: string) => Caller;
  /** Makes known who may come to call. */
  readonly addName: (name: string) => void;
  /** Everybody who may call or has asked for credentials, and the services that act for stacks. */
  readonly names: () => ReadonlySet<string>;
}

/** Services that call others in their own name. */
const SERVICES: readonly string[] = ['cloudformation', 'events', 'lambda', 'scheduler', 'sns'].map(
  (service) => `${service}.amazonaws.com`,
);

export const createCallers = (): Callers => {
  const byKey = new Map<string, { readonly caller: Caller; readonly credentials: Credentials }>();
  const roleNames = new Map<string, string>();
  const names = new Set(['operator', ...SERVICES]);
  return {
    credentialsOf: (caller) => {
      const digest = createHash('sha256').update(`${caller.name}\n${caller.principal}`).digest();
      const isRole = caller.principal.includes(':role/');
      // AWS's temporary keys begin with ASIA, those of users with AKIA.
      const accessKeyId = (isRole ? 'ASIA' : 'AKIA') + base32(digest.subarray(0, 16));
      const credentials = {
        accessKeyId,
        secretAccessKey: digest.toString('base64').slice(0, 40),
        ...(isRole && { sessionToken: digest.toString('hex') }),
      };
      byKey.set(accessKeyId, { caller, credentials });
      names.add(caller.name);
      return credentials;
    },
    identify: (accessKeyId) => byKey.get(accessKeyId)?.caller,
    credentialsFor: (accessKeyId) => byKey.get(accessKeyId)?.credentials,
    addRole: (arn, logicalId) => {
      roleNames.set(arn, logicalId);
    },
    addName: (name) => void names.add(name),
    names: () => new Set([...names, ...roleNames.values()]),
    callerOfRole: (arn) => ({ name: roleNames.get(arn) ?? arn, principal: arn }),
  };
};

const base32 = (bytes: Uint8Array): string => Array.from(bytes, (byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte % 32]).join('');
