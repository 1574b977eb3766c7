import { UserError } from './user-error.ts';

export const NEEDED_NODE_MAJOR = 24;

/** @throws UserError where the running Node is too old for what this program is written in */
export const checkNode = (version: string): void => {
  const major = Number(/^v(\d+)\./.exec(version)?.[1] ?? 0);
  if (major >= NEEDED_NODE_MAJOR) return;
  throw new UserError(
    `Node ${NEEDED_NODE_MAJOR} or newer is needed, this is ${version}; start with \`npm start\`, which brings its own.`,
  );
};
