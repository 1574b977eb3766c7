/** Candidates shown where none is near: a short list helps, a long one does not. */
const MOST_SHOWN = 12;
const MOST_NEAR = 3;

/** Candidates that are spelled much like the word, the nearest first. */
export const nearMatches = (word: string, candidates: Iterable<string>): readonly string[] => {
  const wanted = word.toLowerCase();
  const limit = Math.max(1, Math.ceil(word.length / 3));
  return [...new Set(candidates)]
    .map((candidate) => ({ candidate, distance: distanceOf(wanted, candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .toSorted((a, b) => a.distance - b.distance || a.candidate.localeCompare(b.candidate))
    .slice(0, MOST_NEAR)
    .map(({ candidate }) => candidate);
};

/** What to try instead of a word that is not known, as the end of a sentence. */
export const suggestion = (word: string, candidates: Iterable<string>): string => {
  const near = nearMatches(word, candidates);
  if (near.length > 0) return `did you mean ${near.join(' or ')}?`;
  const all = [...new Set(candidates)].toSorted();
  if (all.length === 0) return 'there is none';
  const more = all.length > MOST_SHOWN ? ` and ${all.length - MOST_SHOWN} more` : '';
  return `there ${all.length === 1 ? 'is' : 'are'} ${all.slice(0, MOST_SHOWN).join(', ')}${more}`;
};

/** Insertions, deletions and replacements (Levenshtein); 0 or 1 where one is part of the other. */
const distanceOf = (a: string, b: string): number => {
  if (a === b) return 0;
  if (a.length > 2 && b.length > 2 && (a.includes(b) || b.includes(a))) return 1;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
};
