import { html } from './html.ts';
import type { Html } from './html.ts';

export interface Share {
  readonly name: string;
  readonly count: number;
  /** A class of the page's style. */
  readonly tone: string;
}

const WIDTH = 600;

/** One bar, cut into shares; the legend below it says in text what the colours say. */
export const stackedBar = (title: string, shares: readonly Share[]): Html => {
  const total = shares.reduce((sum, { count }) => sum + count, 0);
  const widths = shares.map(({ count }) => (total === 0 ? 0 : (count / total) * WIDTH));
  const starts = widths.map((_, at) => widths.slice(0, at).reduce((sum, width) => sum + width, 0));
  const said = shares.map(({ name, count }) => `${name}: ${count}`).join('; ');
  return html`<svg viewBox="0 0 ${WIDTH} 28" role="img" aria-label="${title}. ${said}." preserveAspectRatio="none" class="bar">
      ${shares.map(({ tone }, at) => html`<rect class="${tone}" x="${fixed(starts[at]!)}" width="${fixed(widths[at]!)}" height="28" />`)}
    </svg>
    <ul class="legend">
      ${shares.map(
        ({ name, count, tone }) =>
          html`<li><span class="key ${tone}"></span> ${name}: <strong>${count}</strong> (${percent(count, total)})</li>`,
      )}
    </ul>`;
};

/** One column an hour; hours without anything stay empty. */
export const hourChart = (title: string, hours: readonly string[], counts: ReadonlyMap<string, number>, most: number): Html => {
  const width = WIDTH / Math.max(1, hours.length);
  const height = 40;
  const columns = hours.map((hour, at) => {
    const tall = ((counts.get(hour) ?? 0) / Math.max(1, most)) * height;
    return html`<rect
      x="${fixed(at * width)}"
      y="${fixed(height - tall)}"
      width="${fixed(Math.max(1, width - 1))}"
      height="${fixed(tall)}"
    />`;
  });
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}" preserveAspectRatio="none" class="hours">
    ${columns}
  </svg>`;
};

export const percent = (count: number, total: number): string => `${total === 0 ? 0 : Math.round((100 * count) / total)} %`;

const fixed = (value: number): string => value.toFixed(1);
