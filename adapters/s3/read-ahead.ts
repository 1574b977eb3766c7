/**
 * Maps a sequence with up to `ahead` calls under way, yielding results in the order of the sequence. Who stops iterating stops the
 * sequence; calls under way then end unheard.
 */
export async function* readAhead<T, R>(
  source: AsyncIterable<T>,
  fetchOne: (item: T) => Promise<R>,
  ahead: number,
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  const take = (item: T): void => {
    const result = fetchOne(item);
    // A failure is thrown when its turn comes; until then it must not count as unhandled.
    result.catch(() => undefined);
    underWay.push(result);
  };
  for await (const item of source) {
    take(item);
    if (underWay.length < ahead) continue;
    const next = underWay.shift();
    if (next !== undefined) yield await next;
  }
  for (const result of underWay) yield await result;
}
