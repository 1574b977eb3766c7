import { PointerNotMovedError } from './errors.ts';
import { challenge, promote, rollBack } from './pointer-moves.ts';
import type { PointerMove } from './pointer-moves.ts';
import type { Pointer } from './pointer.ts';
import type { Pointers } from './pointers.ts';

/** Losing more races in a row than people and workflows can run means that something is wrong. */
const MAX_TRIES = 5;

export type PointerRequest =
  | { readonly action: 'promote'; readonly version: number }
  | { readonly action: 'canary'; readonly version: number; readonly share: number }
  | { readonly action: 'rollback' };

export const movePointer =
  ({ pointers }: { readonly pointers: Pointers }) =>
  (request: PointerRequest): Promise<Pointer> =>
    writePointer(pointers, (pointer) => planMove(pointer, request));

function planMove(pointer: Pointer, request: PointerRequest): PointerMove {
  switch (request.action) {
    case 'promote':
      return promote(pointer, request.version);
    case 'canary':
      return challenge(pointer, request.version, request.share);
    case 'rollback':
      return rollBack(pointer);
  }
  return request satisfies never;
}

/**
 * Reads, plans and writes, again where somebody else wrote in between.
 * @throws PointerNotMovedError where the plan is refused, or every try was lost
 */
export async function writePointer(pointers: Pointers, plan: (pointer: Pointer) => PointerMove): Promise<Pointer> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
    const move = plan(await pointers.read());
    if (move.kind === 'refused') throw new PointerNotMovedError(move.because, { retryable: false });
    if (move.kind === 'unchanged' || (await pointers.write(move.pointer)) === 'written') return move.pointer;
  }
  throw new PointerNotMovedError(`The pointer was written by others ${MAX_TRIES} times in a row; try again.`, {
    retryable: true,
  });
}
