/** What a check found. `todo` says what to do about it. */
export type Finding =
  | { readonly kind: 'ok'; readonly says: string }
  | { readonly kind: 'warning' | 'problem'; readonly says: string; readonly todo: string }
  /** Something before it has to be mended first. */
  | { readonly kind: 'skipped'; readonly says: string };

export interface Check {
  readonly name: string;
  readonly look: () => Promise<Finding>;
}

export interface Checked {
  readonly check: string;
  readonly finding: Finding;
}

/** Makes all checks; one that fails itself is a problem like any other. */
export const runChecks = async (checks: readonly Check[]): Promise<readonly Checked[]> =>
  Promise.all(
    checks.map(async ({ name, look }): Promise<Checked> => {
      try {
        return { check: name, finding: await look() };
      } catch (error) {
        const says = `could not be looked at: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`;
        return { check: name, finding: { kind: 'problem', says, todo: 'Mend that, and run doctor again.' } };
      }
    }),
  );

/** As a person reads it; what is to be done stands below what was found. */
export const checkedText = (checked: readonly Checked[]): string => {
  const width = Math.max(...checked.map(({ check }) => check.length)) + 2;
  const kinds = { ok: 'ok     ', warning: 'warning', problem: 'problem', skipped: '–      ' } as const;
  return checked
    .flatMap(({ check, finding }) => {
      const line = `${kinds[finding.kind]}  ${check.padEnd(width)}${finding.says}`;
      return 'todo' in finding ? [line, `${' '.repeat(9 + width)}→ ${finding.todo}`] : [line];
    })
    .join('\n');
};
