import type { Random } from '../../model/random.ts';
import type { Topic } from '../company/topics.ts';
import { chance } from './draw.ts';
import type { Letter } from './material.ts';

/** Letters among the tickets of the incident: half of them. */
const INCIDENT_SHARE = 0.5;

/**
 * Hands out the whole letters of a topic, each once, spread over the tickets expected.
 * @returns a function that gives a letter for a ticket of the topic, or undefined where the ticket is to be composed
 */
export const letterDesk = (
  letters: readonly Letter[],
  expectedTickets: number,
  random: Random,
): ((topic: Topic) => Letter | undefined) => {
  const left = Map.groupBy(letters, ({ topic }) => topic);
  const share = Math.min(0.3, letters.length / expectedTickets);
  return ({ id, trend }) => {
    const ofTopic = left.get(id) ?? [];
    if (ofTopic.length === 0 || !chance(random, trend.kind === 'incident' ? INCIDENT_SHARE : share)) return undefined;
    return ofTopic.splice(Math.floor(random() * ofTopic.length), 1)[0];
  };
};
