import { hourOf } from '../../core/topic/topic-records.ts';
import type { Assignment, Candidate, TopicRecords } from '../../core/topic/topic-records.ts';

/** Assignments and candidates, and the records over them. */
export const topicsInMemory = () => {
  const assignments = new Map<string, Assignment>();
  const candidates = new Map<string, Candidate & { readonly announced: boolean }>();
  const records: TopicRecords = {
    keepAssignment: async (assignment) => {
      const earlier = assignments.get(assignment.ticketId);
      if (earlier && earlier.order > assignment.order) return Promise.resolve('superseded');
      assignments.set(assignment.ticketId, assignment);
      return Promise.resolve('stored');
    },
    readUnfamiliar: async (mapVersion, hour) =>
      Promise.resolve(
        [...assignments.values()].flatMap(({ unfamiliar, ...one }) =>
          unfamiliar && one.mapVersion === mapVersion && hourOf(one.time) === hour ? [unfamiliar] : [],
        ),
      ),
    readAnnounced: async (mapVersion) =>
      Promise.resolve(
        [...candidates.values()].filter((one) => one.announced && one.mapVersion === mapVersion).map(({ centre }) => centre),
      ),
    keepCandidate: async (candidate) => {
      const earlier = candidates.get(candidate.candidateId);
      if (!earlier) candidates.set(candidate.candidateId, { ...candidate, announced: false });
      if (!earlier) return Promise.resolve(candidate);
      const { announced, ...stored } = earlier;
      return Promise.resolve(announced ? 'announced' : stored);
    },
    candidateAnnounced: async ({ candidateId }) => {
      const candidate = candidates.get(candidateId);
      if (candidate) candidates.set(candidateId, { ...candidate, announced: true });
      return Promise.resolve();
    },
  };
  return { assignments, candidates, records };
};
