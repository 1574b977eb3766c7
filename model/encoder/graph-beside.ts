import { openSecondThread } from '../threads/second-thread.ts';
import type { GraphSource } from './graph-of.ts';
import type { TextGraph } from './text-graph.ts';

/** A graph that can be opened once more on a second thread; the graph itself where the machine has one processor only. */
export const graphBeside = (graph: TextGraph, source: GraphSource): TextGraph => {
  const thread = openSecondThread(Infinity);
  if (thread === undefined) return graph;
  let opened: Promise<void> | undefined;
  return {
    ...graph,
    runBeside: async (rows) => {
      opened ??= thread.ask('openGraph', () => source);
      // Copies: a row may be a part of a longer array, all of which would go along.
      const answer = thread.ask('runGraph', () => rows.map((row) => row.slice()));
      await Promise.all([opened, answer]);
      return answer;
    },
    closeBeside: async () => {
      opened = undefined;
      await thread.close();
    },
    release: async () => {
      await thread.close();
      await graph.release();
    },
  };
};
