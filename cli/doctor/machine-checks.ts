import { NEEDED_NODE_MAJOR } from '../check-node.ts';
import type { Check } from './check.ts';

/** What the checks of this machine look at. */
export interface MachineFacts {
  /** As `process.version` says it. */
  readonly nodeVersion: string;
  readonly platform: string;
  /** Exact versions that package.json asks for, by name, and what lies in node_modules; undefined where it is missing. */
  readonly packages: () => Promise<
    readonly { readonly name: string; readonly wanted: string; readonly found: string | undefined }[]
  >;
  /** Version of the Docker server. @throws where Docker cannot be asked */
  readonly dockerVersion: () => Promise<string>;
  /** Bytes that are free where temporary files go. */
  readonly freeBytes: () => Promise<number>;
}

/** Models, bundles and the local cloud's state want some room. */
const ENOUGH_BYTES = 1e9;
const NAMED_PACKAGES = 3;

export const machineChecks = (facts: MachineFacts): readonly Check[] => [
  {
    name: 'Node',
    look: async () => {
      const major = Number(/^v(\d+)\./.exec(facts.nodeVersion)?.[1] ?? 0);
      const says = `${facts.nodeVersion} on ${facts.platform}`;
      return Promise.resolve(
        major >= NEEDED_NODE_MAJOR
          ? { kind: 'ok', says }
          : { kind: 'problem', says, todo: `Start with npm run, which brings Node ${NEEDED_NODE_MAJOR} along, or install it.` },
      );
    },
  },
  {
    name: 'npm packages',
    look: async () => {
      const packages = await facts.packages();
      const wrong = packages.filter(({ wanted, found }) => found !== wanted);
      if (wrong.length === 0) return { kind: 'ok', says: `all ${packages.length} in the versions that package.json asks for` };
      const named = wrong.slice(0, NAMED_PACKAGES).map(({ name, found }) => `${name} is ${found ?? 'missing'}`);
      const more = wrong.length > NAMED_PACKAGES ? `, and ${wrong.length - NAMED_PACKAGES} more` : '';
      return { kind: 'problem', says: `${named.join(', ')}${more}`, todo: 'Run npm ci.' };
    },
  },
  {
    name: 'disk',
    look: async () => {
      const free = await facts.freeBytes();
      const says = `${(free / 1e9).toFixed(1)} GB free for temporary files`;
      return free >= ENOUGH_BYTES
        ? { kind: 'ok', says }
        : { kind: 'warning', says, todo: 'Make room, or set TMPDIR to where some is.' };
    },
  },
  {
    name: 'Docker',
    look: async () => {
      try {
        return { kind: 'ok', says: `server ${await facts.dockerVersion()}` };
      } catch {
        const todo = 'Start Docker before `cdk deploy`, which builds the image of the model container. Nothing else needs it.';
        return { kind: 'warning', says: 'no Docker answers', todo };
      }
    },
  },
];
