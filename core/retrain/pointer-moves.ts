import type { Pointer } from './pointer.ts';

/** What a move makes of the pointer. A move that was made already changes nothing, so that a retry is harmless. */
export type PointerMove =
  | { readonly kind: 'moved'; readonly pointer: Pointer }
  | { readonly kind: 'unchanged'; readonly pointer: Pointer }
  /** `because` is one sentence for a person. */
  | { readonly kind: 'refused'; readonly because: string };

/**
 * Makes a version the champion, in one step; the champion before it stays as `previous`. Only a challenger takes a champion's place:
 * one that has lost its tickets, by a person's rollback say, was seen to do no harm only because it was given none.
 */
export function promote(pointer: Pointer, version: number): PointerMove {
  if (pointer.champion === version) return { kind: 'unchanged', pointer };
  return (
    notNewer(pointer, version) ??
    notChallenging(pointer, version) ??
    moved(pointer, { champion: version, previous: pointer.champion, challenger: null })
  );
}

/**
 * Lets a version decide a share of the tickets.
 * @param share 0..1; 0 announces the challenger without giving it tickets
 */
export function challenge(pointer: Pointer, version: number, share: number): PointerMove {
  if (pointer.champion === null) {
    return { kind: 'refused', because: `There is no champion that version ${version} could challenge: promote it.` };
  }
  if (pointer.challenger?.version === version && pointer.challenger.share === share) return { kind: 'unchanged', pointer };
  const { champion, previous } = pointer;
  return notNewer(pointer, version) ?? moved(pointer, { champion, previous, challenger: { version, share } });
}

/**
 * Takes its tickets away from a version, or from an older one that a stopped retraining left behind; the champion and any newer
 * challenger stay.
 */
export function withdraw(pointer: Pointer, version: number): PointerMove {
  if (pointer.challenger === null || pointer.challenger.version > version) return { kind: 'unchanged', pointer };
  return moved(pointer, { champion: pointer.champion, previous: pointer.previous, challenger: null });
}

/** Changes champion and previous for each other; a challenger goes. Rolling back twice undoes it. */
export function rollBack(pointer: Pointer): PointerMove {
  const { champion, previous } = pointer;
  if (previous === null) return { kind: 'refused', because: 'There is no previous champion to roll back to.' };
  return moved(pointer, { champion: previous, previous: champion, challenger: null });
}

const moved = (pointer: Pointer, next: Omit<Pointer, 'revision'>): PointerMove => ({
  kind: 'moved',
  pointer: { revision: pointer.revision + 1, ...next },
});

/** Versions grow with time: one that is not newer comes from a retraining that lost its lock, or was rolled back by a person. */
function notNewer({ champion, previous, challenger }: Pointer, version: number): PointerMove | undefined {
  const newest = Math.max(champion ?? 0, previous ?? 0);
  if (version <= newest) {
    return { kind: 'refused', because: `Version ${version} is not newer than version ${newest}, which was promoted already.` };
  }
  if (challenger !== null && challenger.version > version) {
    return { kind: 'refused', because: `Version ${challenger.version} is being proven and is newer than version ${version}.` };
  }
  return undefined;
}

function notChallenging({ champion, challenger }: Pointer, version: number): PointerMove | undefined {
  if (champion === null || challenger?.version === version) return undefined;
  const because = `Version ${version} is no challenger of version ${champion} any more: somebody moved the pointer. Retrain to prove it anew.`;
  return { kind: 'refused', because };
}
