import type { Spoken } from './decide.ts';
import type { Statement, StatementSource } from './policy-document.ts';

/** What a statement was good for since the start. */
export interface StatementUse extends StatementSource {
  readonly effect: 'Allow' | 'Deny';
  /** Requests that it allowed or refused. */
  readonly uses: number;
  /** Those of them that would have gone the other way without it. */
  readonly decisive: number;
  /** By action as the statement writes it; those that never spoke are 0. */
  readonly actions: Readonly<Record<string, number>>;
}

/** A call that was refused, with AWS's sentence. */
export interface Refusal {
  readonly caller: string;
  readonly action: string;
  readonly resource: string;
  readonly message: string;
}

export interface StatementLog {
  refuse(refusal: Refusal): void;
  /** The latest, at most 1000, the oldest first. */
  readonly refusals: () => readonly Refusal[];
  record(spoken: readonly Spoken[]): void;
  /** In the order that they were written; one that never spoke is among them. */
  readonly uses: (written: readonly Statement[]) => readonly StatementUse[];
}

interface Count {
  uses: number;
  decisive: number;
  readonly actions: Map<string, number>;
}

const MAX_REFUSALS = 1000;

export const createStatementLog = (): StatementLog => {
  const refusals: Refusal[] = [];
  const counts = new Map<Statement, Count>();

  const countOf = (statement: Statement): Count => {
    let count = counts.get(statement);
    if (!count) {
      count = { uses: 0, decisive: 0, actions: new Map(statement.actions.map((action) => [action, 0])) };
      counts.set(statement, count);
    }
    return count;
  };

  return {
    refuse: (refusal) => {
      if (refusals.push(refusal) > MAX_REFUSALS) refusals.shift();
    },
    refusals: () => [...refusals],
    record: (spoken) => {
      for (const { statement, action, decisive } of spoken) {
        const count = countOf(statement);
        count.uses += 1;
        if (decisive) count.decisive += 1;
        count.actions.set(action, (count.actions.get(action) ?? 0) + 1);
      }
    },
    uses: (written) =>
      written.map((statement) => {
        const { policy, index, sid, effect } = statement;
        const { uses, decisive, actions } = countOf(statement);
        return {
          policy,
          index,
          ...(sid !== undefined && { sid }),
          effect,
          uses,
          decisive,
          actions: Object.fromEntries(actions),
        };
      }),
  };
};
