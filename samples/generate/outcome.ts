import type { Random } from '../../model/random.ts';
import { AGENTS, SHIFTS } from '../company/agents.ts';
import type { Agent } from '../company/agents.ts';
import { TEAMS } from '../company/teams.ts';
import type { TeamId } from '../company/teams.ts';
import type { Topic } from '../company/topics.ts';
import { WORKFLOWS } from '../company/workflows.ts';
import type { Workflow } from '../company/workflows.ts';
import type { Language } from './customers.ts';
import { DAY_MS, HOUR_MS } from './calendar.ts';
import { between, chance, logNormal, pick, pickWeighted } from './draw.ts';
import type { Priority } from './material.ts';

/** Share of tickets that somebody sends to any team at all, by a slip. */
export const SLIP_SHARE = 0.02;
/** Share of tickets with a second question that go to the second question's team. */
const SECOND_TEAM_SHARE = 0.25;
/** People forget to note the workflow, or note a neighbouring one. */
const FORGOTTEN_SHARE = 0.14;
const NEIGHBOUR_SHARE = 0.03;

export interface Outcome {
  readonly resolvedAtMs: number;
  readonly agent: Agent;
  readonly handleSeconds: number;
  readonly reopened: boolean;
  /** 1..5; most customers give none. */
  readonly rating: number | undefined;
}

/** Where people send a ticket: mostly where its topic belongs. */
export const drawTeam = (topic: Topic, second: Topic | undefined, random: Random): TeamId => {
  if (chance(random, SLIP_SHARE)) return pick(random, TEAMS).id;
  const asked = second !== undefined && chance(random, SECOND_TEAM_SHARE) ? second : topic;
  return pickWeighted(random, asked.teams);
};

/** What people start for it; undefined where they did not note it. */
export const drawWorkflow = (topic: Topic, team: TeamId, random: Random): Workflow | undefined => {
  if (chance(random, FORGOTTEN_SHARE)) return undefined;
  const ofTeam = WORKFLOWS.filter((workflow) => workflow.team === team);
  const usual = ofTeam.filter(({ id }) => topic.workflows.includes(id));
  return usual.length === 0 || chance(random, NEIGHBOUR_SHARE) ? pick(random, ofTeam) : pick(random, usual);
};

export const drawPriority = ({ priorities: { low, high, urgent } }: Topic, angry: boolean, random: Random): Priority => {
  const raised = angry ? 1.8 : 1;
  return pickWeighted(random, [
    ['low', angry ? low / 2 : low],
    ['high', high * raised],
    ['urgent', urgent * raised],
    ['normal', 1 - low - high - urgent],
  ] as const);
};

export interface Handled {
  readonly timeMs: number;
  readonly team: TeamId;
  readonly workflow: Workflow | undefined;
  readonly priority: Priority;
  readonly language: Language;
  readonly angry: boolean;
  /** True where the ticket lies with a team that its topic does not belong to. */
  readonly astray: boolean;
}

const WAIT_HOURS: Readonly<Record<Priority, number>> = { urgent: 0.6, high: 2, normal: 6, low: 16 };

export const drawOutcome = (handled: Handled, random: Random): Outcome => {
  const { timeMs, team, workflow, priority, language, angry, astray } = handled;
  const agents = AGENTS.filter(({ skills }) => skills.includes(team));
  const speaking = agents.filter(({ languages }) => languages.includes(language));
  const agent = pick(random, speaking.length > 0 ? speaking : agents);
  const waited = logNormal(random, WAIT_HOURS[priority] * (astray ? 2.5 : 1), 0.7) * HOUR_MS;
  const handleSeconds = Math.round(60 * logNormal(random, (workflow?.handleMinutes ?? 8) * (astray ? 1.6 : 1), 0.55));
  const resolvedAtMs = nextOnShift(agent, timeMs + waited, random) + handleSeconds * 1_000;
  const reopened = chance(random, (astray ? 0.16 : 0.055) * (angry ? 1.5 : 1));
  const days = (resolvedAtMs - timeMs) / DAY_MS;
  const mood = 4.6 - (reopened ? 1.6 : 0) - (angry ? 0.8 : 0) - Math.min(1.5, days * 0.4) + (random() - 0.5) * 2;
  const rating = chance(random, 0.24) ? Math.max(1, Math.min(5, Math.round(mood))) : undefined;
  return { resolvedAtMs, agent, handleSeconds, reopened, rating };
};

/** The first moment from a time on at which the agent is at work. */
const nextOnShift = ({ shift }: Agent, timeMs: number, random: Random): number => {
  const { from, to, days } = SHIFTS[shift];
  for (let day = Math.floor(timeMs / DAY_MS) * DAY_MS; ; day += DAY_MS) {
    const begins = day + from * HOUR_MS;
    const ends = day + to * HOUR_MS;
    if ((days as readonly number[]).includes(new Date(day).getUTCDay()) && timeMs < ends) {
      return Math.max(timeMs, begins + between(random, 0, 3_000) * 1_000);
    }
  }
};
