import type { ReliabilityBin } from '../evaluate/calibration.ts';

/** Pixels. */
const SIDE = 320;
const LEFT = 52;
const TOP = 30;
const STRIP = 48;
const GAP = 34;
const BOTTOM = 40;
const RIGHT = 18;
/** Standard deviations around the mean that hold 95 % of a normal distribution. */
const BAND = 1.96;
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1];

/**
 * A reliability diagram (Niculescu-Mizil and Caruana 2005): the share that was right against the probability given, a point a bin,
 * with the range that chance alone allows it around the diagonal; below it how many tickets each bin holds.
 * @param title shown above, any text
 * @returns an SVG document; the same bins give the same bytes
 */
export const calibrationSvg = (title: string, bins: readonly ReliabilityBin[]): string => {
  const width = LEFT + SIDE + RIGHT;
  const height = TOP + SIDE + GAP + STRIP + BOTTOM;
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const filled = bins.filter(({ count }) => count > 0);
  const stripFoot = TOP + SIDE + GAP + STRIP;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12" fill="#333">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${LEFT}" y="18" font-size="13">${escaped(title)}</text>`,
    ...TICKS.flatMap((tick) => [
      `<path d="M${LEFT} ${fixed(y(tick))}H${LEFT + SIDE}" stroke="#e3e3e3"/>`,
      `<text x="${LEFT - 6}" y="${fixed(y(tick) + 4)}" text-anchor="end">${100 * tick} %</text>`,
      `<text x="${fixed(x(tick))}" y="${TOP + SIDE + 16}" text-anchor="middle">${100 * tick} %</text>`,
    ]),
    ...filled.map((bin) => {
      const [low, high] = chanceRange(bin);
      return `<rect x="${fixed(x(bin.from) + 1)}" y="${fixed(y(high))}" width="${fixed(x(bin.to) - x(bin.from) - 2)}" height="${fixed(y(low) - y(high))}" fill="#dbe7f3"/>`;
    }),
    `<path d="M${fixed(x(0))} ${fixed(y(0))}L${fixed(x(1))} ${fixed(y(1))}" stroke="#888" stroke-dasharray="4 3"/>`,
    ...filled.map(
      ({ meanProbability, accuracy }) =>
        `<circle cx="${fixed(x(meanProbability))}" cy="${fixed(y(accuracy))}" r="3.5" fill="#1f5f99"/>`,
    ),
    `<rect x="${LEFT}" y="${TOP}" width="${SIDE}" height="${SIDE}" fill="none" stroke="#888"/>`,
    ...filled.map(({ from, to, count }) => {
      const tall = Math.max(1, (STRIP * count) / most);
      return `<rect x="${fixed(x(from) + 1)}" y="${fixed(stripFoot - tall)}" width="${fixed(x(to) - x(from) - 2)}" height="${fixed(tall)}" fill="#9db9d3"/>`;
    }),
    `<path d="M${LEFT} ${stripFoot}H${LEFT + SIDE}" stroke="#888"/>`,
    `<text x="${LEFT - 6}" y="${stripFoot - STRIP + 10}" text-anchor="end">${most}</text>`,
    `<text x="${LEFT - 6}" y="${stripFoot}" text-anchor="end">0</text>`,
    `<text x="${LEFT}" y="${stripFoot + 18}">Points: share that was right at each probability. Below: tickets.</text>`,
    `<text x="${LEFT}" y="${stripFoot + 33}" fill="#666">Shaded: where chance alone puts honest probabilities.</text>`,
    '</svg>',
    '',
  ].join('\n');
};

const x = (probability: number): number => LEFT + SIDE * probability;
const y = (share: number): number => TOP + SIDE * (1 - share);

/** 95 % of what a calibrated bin of this size shows, by the normal approximation, 0..1. */
const chanceRange = ({ count, meanProbability }: ReliabilityBin): readonly [number, number] => {
  const deviation = BAND * Math.sqrt((meanProbability * (1 - meanProbability)) / count);
  return [Math.max(0, meanProbability - deviation), Math.min(1, meanProbability + deviation)];
};

const fixed = (pixels: number): string => pixels.toFixed(1);

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    // Control characters are not allowed in XML, not even escaped.
    // eslint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u001F\u007F\uFFFE\uFFFF]/gu, ' ');
