import type { EncodedTexts } from '../encodings/encode-history.ts';
import { samplePositions } from '../random.ts';
import type { SparseRows } from '../sparse.ts';
import type { Vectorizer } from '../stages.ts';
import { placeParts } from './read-texts.ts';
import type { SpacedTexts } from './read-texts.ts';
import { keepStates } from './standardized-states.ts';
import type { KeptStates } from './standardized-states.ts';
import { fitTicketSpace, MOST_FITTED_TEXTS } from './ticket-space.ts';
import type { Placed, TicketSpace } from './ticket-space.ts';

/** Learns the space from texts that are encoded (from a seeded sample, where they are many) and places all of them in it. */
export const fitAndPlaceEncoded = async (
  encoded: EncodedTexts,
  vectorizer: Vectorizer,
  texts: readonly string[],
  seed: number,
): Promise<SpacedTexts> => {
  const sample = samplePositions(texts.length, MOST_FITTED_TEXTS, seed);
  const terms = vectorizer.vectorize(Array.from(sample, (position) => texts[position]!));
  const features = { count: sample.length, ...(await encoded.gather(sample)), terms };
  const space = await fitTicketSpace(encoded.manifest, features, vectorizer.width, seed);
  const states = keepStates(space.states, texts.length);
  return { space, states, ...(await placeEncoded(encoded, vectorizer, space, texts, states)) };
};

/**
 * Places encoded texts in a space, a part at a time.
 * @param states where the standardised states of the texts are kept, where somebody needs them
 */
export const placeEncoded = (
  encoded: EncodedTexts,
  vectorizer: Vectorizer,
  space: TicketSpace,
  texts: readonly string[],
  states?: KeptStates,
): Promise<Placed & { readonly terms: SparseRows }> =>
  placeParts(
    { manifest: encoded.manifest, vectorizer, space },
    texts,
    (async function* () {
      for await (const { positions, embedding, hidden } of encoded.parts()) {
        const terms = vectorizer.vectorize(Array.from(positions, (position) => texts[position]!));
        yield { positions, features: { count: positions.length, embedding, hidden, terms } };
      }
    })(),
    states,
  );
