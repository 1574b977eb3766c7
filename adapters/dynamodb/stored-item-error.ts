import { SignalboxError } from '../../core/errors.ts';

/** Thrown when an item is not shaped as its adapter writes it: somebody else wrote it, or a migration is missing. */
export class StoredItemError extends SignalboxError {
  override readonly name = 'StoredItemError';

  constructor(table: string, key: string, cause: unknown) {
    super(`Item ${key} of table ${table} is not shaped as expected; mend or remove it.`, { retryable: false, cause });
  }
}
