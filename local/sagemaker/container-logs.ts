import { createLogRing } from '../lambda/log-ring.ts';
import type { LogRing } from '../lambda/log-ring.ts';

const logLines = 1000;

/** Keeps lines by who wrote them, and passes them on. */
export const createContainerLogs = (
  log: (line: string) => void,
): { readonly add: (name: string, line: string) => void; readonly of: (name: string) => readonly string[] } => {
  const rings = new Map<string, LogRing>();
  return {
    add: (name, line) => {
      const ring = rings.get(name) ?? createLogRing(logLines);
      rings.set(name, ring);
      ring.add(line);
      log(`${name}: ${line}`);
    },
    of: (name) => rings.get(name)?.lines() ?? [],
  };
};
