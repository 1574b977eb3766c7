import { AssemblyError } from './errors.ts';

/**
 * Orders ids so that each comes after all that it depends on; ids that do not depend on each other keep their order.
 * @param describe turns a cycle (its first id repeated at the end) into the error's message
 * @throws AssemblyError if the dependencies go round
 */
export const inDependencyOrder = (
  ids: Iterable<string>,
  dependenciesOf: (id: string) => Iterable<string>,
  describe: (cycle: readonly string[]) => string,
): string[] => {
  const ordered = new Set<string>();
  const path: string[] = [];
  const visit = (id: string): void => {
    if (ordered.has(id)) return;
    if (path.includes(id)) throw new AssemblyError(describe([...path.slice(path.indexOf(id)), id]));
    path.push(id);
    for (const other of dependenciesOf(id)) visit(other);
    path.pop();
    ordered.add(id);
  };
  for (const id of ids) visit(id);
  return [...ordered];
};
