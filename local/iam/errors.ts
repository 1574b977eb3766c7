import { UnsupportedError } from '../service.ts';

/** A policy asks for something that cannot be evaluated here. It is refused by name: taken for granted it might let everything pass. */
export const cannotEvaluate = (where: string, what: string): UnsupportedError =>
  new UnsupportedError(`${where}: the local cloud cannot evaluate ${what}.`);
