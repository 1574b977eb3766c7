import { MIN_EMERGING_TICKETS, WINDOW_HOURS } from '../../core/topic/emerging.ts';
import { hourOf } from '../../core/topic/topic-records.ts';
import { hourChart, percent, stackedBar } from './bar-charts.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { costBasis, incidentName, incidentText, plantedText, reasonsOf, TICKETS_SHOWN } from './print-summary.ts';
import type { Report } from './print-summary.ts';
import type { Incident } from './summarize.ts';
import { PAGE_STYLE } from './page-style.ts';

const TOPICS_SHOWN = 12;
const HOUR_MS = 3_600_000;

/** What came of a run as one self-contained page: nothing is loaded, nothing is run. */
export const reportPage = (report: Report): string => {
  const { summary, live } = report;
  const [from, to] = [live[0]?.time ?? '', live.at(-1)?.time ?? ''];
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Signalbox: what became of ${summary.tickets} tickets</title>
        <style>
          ${{ markup: PAGE_STYLE }}
        </style>
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header>
          <h1>What became of ${summary.tickets} tickets</h1>
          <p>
            Written from ${dayAndTime(from)} to ${dayAndTime(to)} UTC, replayed on a local cloud in ${summary.seconds} seconds all
            told.
          </p>
          <nav aria-label="Sections">
            <a href="#routing">Routing</a> <a href="#teams">Teams</a> <a href="#incidents">New issues</a>
            <a href="#topics">Topics</a> <a href="#engine">For engineers</a>
          </nav>
        </header>
        <main id="content">${routing(report)} ${teams(report)} ${incidents(report)} ${topics(report)} ${engine(report)}</main>
      </body>
    </html> `.markup;
};

const figure = (value: string, what: string): Html =>
  html`<div class="figure">
    <dt>${what}</dt>
    <dd>${value}</dd>
  </div>`;

const routing = ({ summary }: Report): Html =>
  html`<section id="routing" aria-labelledby="routing-title">
    <h2 id="routing-title">Where they went</h2>
    <dl class="figures">
      ${figure(percent(summary.routed, summary.tickets), 'went by themselves')}
      ${figure(percent(summary.agreement * summary.routed, summary.routed), 'of those went where people had sent them')}
      ${figure(String(summary.abstained), 'were left to people')} ${figure(String(summary.lost), 'were lost')}
    </dl>
    ${stackedBar('What became of the tickets', [
      { name: 'routed, as people did', count: Math.round(summary.agreement * summary.routed), tone: 'good' },
      {
        name: 'routed elsewhere than people did',
        count: summary.routed - Math.round(summary.agreement * summary.routed),
        tone: 'other',
      },
      { name: 'left to people', count: summary.abstained, tone: 'plain' },
      { name: 'set aside as unreadable', count: summary.quarantined, tone: 'aside' },
    ])}
    ${
      summary.abstained === 0
        ? html``
        : html`<h3>Why tickets were left to people</h3>
            ${table(['Reason', 'Tickets'], reasonsOf(summary))}`
    }
  </section>`;

const teams = ({ teams: shares }: Report): Html =>
  html`<section id="teams" aria-labelledby="teams-title">
    <h2 id="teams-title">By the team that people chose</h2>
    ${table(
      ['Team', 'Tickets', 'Went by themselves', 'Of those to this team'],
      shares.map(({ team, tickets, routed, agreed }) => [
        team,
        tickets,
        `${routed} (${percent(routed, tickets)})`,
        routed === 0 ? '–' : `${agreed} (${percent(agreed, routed)})`,
      ]),
    )}
  </section>`;

const incidents = ({ summary: { incidents: noticed, planted }, live }: Report): Html => {
  const hours = hoursOf(live.map(({ time }) => time));
  return html`<section id="incidents" aria-labelledby="incidents-title">
    <h2 id="incidents-title">New issues</h2>
    <p>
      ${MIN_EMERGING_TICKETS} or more tickets within ${WINDOW_HOURS} hours that are more like one another than like anything the
      model learned from are announced as a new issue.
    </p>
    ${
      noticed.length === 0
        ? html`<p>None was noticed.</p>`
        : html`<ul class="issues">
            ${noticed.map((incident) => issue(incident, hours, live))}
          </ul>`
    }
    ${planted === null ? html`` : html`<p>The sample holds one incident on purpose: ${plantedText(planted)}.</p>`}
  </section>`;
};

const issue = (incident: Incident, hours: readonly string[], live: Report['live']): Html => {
  const members = new Set(incident.ticketIds);
  const byHour = countByHour(live.flatMap(({ id, time }) => (members.has(id) ? [time] : [])));
  const most = Math.max(1, ...byHour.values());
  const examples = incident.ticketIds.slice(0, TICKETS_SHOWN);
  return html`<li>
    <span class="name">${incidentName(incident)}</span>: ${incidentText(incident)}, for example
    ${examples.map((id, at) => html`${at === 0 ? '' : ', '}<span class="id">${id}</span>`)}.
    ${hourChart(`${incidentName(incident)}: its tickets by the hour until it was noticed, ${most} at most`, hours, byHour, most)}
  </li>`;
};

const countByHour = (times: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const time of times) counts.set(hourOf(time), (counts.get(hourOf(time)) ?? 0) + 1);
  return counts;
};

const topics = ({ topicSizes, live }: Report): Html => {
  const hours = hoursOf(live.map(({ time }) => time));
  const shown = topicSizes.slice(0, TOPICS_SHOWN);
  const most = Math.max(1, ...shown.flatMap(({ byHour }) => [...byHour.values()]));
  return html`<section id="topics" aria-labelledby="topics-title">
    <h2 id="topics-title">What they were about</h2>
    <p>
      ${topicSizes.length} topics${topicSizes.length > shown.length ? `, the ${shown.length} largest` : ''}; tickets an hour, from
      ${dayAndTime(hours[0] ?? '')} to ${dayAndTime(hours.at(-1) ?? '')} UTC. The tallest column is ${most}
      ${most === 1 ? 'ticket' : 'tickets'}.
    </p>
    <ol class="topics">
      ${shown.map(
        ({ label, tickets, byHour }) =>
          html`<li>
            <span class="name">${label}</span> <span class="count">${tickets}</span>
            ${hourChart(`${label}: ${tickets} tickets, most of them in the hour from ${busiest(byHour)} UTC`, hours, byHour, most)}
          </li>`,
      )}
    </ol>
  </section>`;
};

const engine = ({ summary, stages }: Report): Html => {
  const each = (total: number, digits: number): string => (total / Math.max(1, summary.tickets)).toFixed(digits);
  return html`<section id="engine" aria-labelledby="engine-title">
    <h2 id="engine-title">For engineers</h2>
    <dl class="figures">
      ${figure(`${summary.p50Ms} ms`, 'queue to decision, median')} ${figure(`${summary.p95Ms} ms`, 'queue to decision, 95 %')}
      ${figure(String(summary.ticketsPerSecond), 'tickets a second')}
      ${summary.usdPerMillion === null ? html`` : figure(`$${summary.usdPerMillion}`, 'a million tickets on AWS')}
    </dl>
    ${table(
      ['Stage', 'AWS requests a ticket', 'Time in functions a ticket'],
      stages.map(({ stage, requests, functionMs }) => [
        stage,
        each(requests, 2),
        functionMs > 0 ? `${each(functionMs, 1)} ms` : '–',
      ]),
    )}
    <p>
      Dollars are ${costBasis()}; <code>npm run -s signalbox -- cost --tickets-per-month N</code> names every assumption. Times
      are those of this machine, cold starts included.
    </p>
    <h3>What to run next</h3>
    <ul>
      <li>
        <code>npm run -s signalbox -- readiness --data tickets.csv --text subject,body --label team=team</code>: what your own
        tickets can carry
      </li>
      <li><code>npm start -- --data tickets.csv --text subject,body --label team</code>: this page for your own tickets</li>
      <li><code>npm run -s signalbox -- doctor</code>: whether this machine can deploy to AWS</li>
    </ul>
  </section>`;
};

const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${head[0]!} table">
    <table>
      <thead>
        <tr>
          ${head.map((cell) => html`<th scope="col">${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([name, ...cells]) =>
            html`<tr>
              <th scope="row">${name!}</th>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

/** Every hour from the first time to the last. */
const hoursOf = (times: readonly string[]): readonly string[] => {
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return [];
  const start = Date.parse(`${hourOf(first)}:00:00Z`);
  const count = Math.floor((Date.parse(last) - start) / HOUR_MS) + 1;
  return Array.from({ length: Math.max(1, count) }, (_, at) => hourOf(new Date(start + at * HOUR_MS).toISOString()));
};

const busiest = (byHour: ReadonlyMap<string, number>): string => {
  const [hour] = [...byHour].toSorted(([, a], [, b]) => b - a)[0] ?? [''];
  return dayAndTime(hour);
};

/** E.g. `2026-11-22 09:24`, of a time or the start of an hour. */
const dayAndTime = (time: string): string => `${time.slice(0, 10)} ${time.slice(11, 16).padEnd(3, ':').padEnd(5, '0')}`;
