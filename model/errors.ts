/** Base of what the models throw. Nothing here is retryable: the same input fails again. */
export class ModelError extends Error {
  override readonly name: string = 'ModelError';
  readonly retryable = false;
}

/** The training data or the training options cannot give a model. The message says which, and what to change. */
export class TrainingDataError extends ModelError {
  override readonly name = 'TrainingDataError';
}

/** A model artifact is missing, damaged, of another kind, or of a format that this version cannot read. */
export class ArtifactError extends ModelError {
  override readonly name = 'ArtifactError';
}

/** The sentence of whatever was thrown. */
export const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
