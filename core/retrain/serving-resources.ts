/** A version's endpoint with its configuration and model, which share one name; any of the three may be missing. */
export interface ServingResource {
  readonly name: string;
  readonly version: number;
  /** `busy`: being made or changed, so that it cannot be deleted yet. `going`: being deleted. */
  readonly endpoint: 'none' | 'settled' | 'busy' | 'going';
}

/** What serves the versions of both models. */
export interface ServingResources {
  list(): Promise<readonly ServingResource[]>;
  /** Deletes endpoint, configuration and model, as far as they are there. `busy` where the endpoint cannot be deleted yet. */
  remove(resource: ServingResource): Promise<'removed' | 'busy'>;
}
