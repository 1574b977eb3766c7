import { AssemblyError } from '@signalbox/local-cloud/assembly/errors.ts';
import { PortInUseError } from '@signalbox/local-cloud/front-door.ts';
import { UnsupportedError } from '@signalbox/local-cloud/service.ts';
import { StateError } from '@signalbox/local-cloud/state/state.ts';
import { sentence } from '../sentence.ts';
import { UserError } from '../user-error.ts';

/** What a user can mend is told in a sentence; anything else is a defect, and keeps its stack. */
export const asUserError = (error: unknown): unknown => {
  if (error instanceof PortInUseError) return new UserError(`${sentence(error.message)} See --port.`, { cause: error });
  if (error instanceof UnsupportedError || error instanceof AssemblyError || error instanceof StateError)
    return new UserError(sentence(error.message), { cause: error });
  return error;
};
