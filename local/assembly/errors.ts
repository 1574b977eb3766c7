/** Thrown when a cloud assembly cannot be read or deployed: a file is missing, a reference leads nowhere, references go round. */
export class AssemblyError extends Error {
  override readonly name = 'AssemblyError';
  readonly retryable = false;
}
