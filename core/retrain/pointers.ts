import type { Pointer } from './pointer.ts';

/** Where the pointer is kept. */
export interface Pointers {
  /** Strongly consistent; the empty pointer before the first write. */
  read(): Promise<Pointer>;
  /** One conditional write: `lost` where somebody else wrote since `next.revision - 1` was read. */
  write(next: Pointer): Promise<'written' | 'lost'>;
}
