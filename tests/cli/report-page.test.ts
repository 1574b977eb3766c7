import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { html } from '../../cli/start/html.ts';
import { reportPage } from '../../cli/start/report-page.ts';
import { writePage } from '../../cli/start/write-page.ts';
import { UserError } from '../../cli/user-error.ts';
import { temporaryFolder } from '../support/model-folders.ts';
import { startReport } from '../support/start-report.ts';

const CHROMIUM = '/usr/bin/chromium';
const QUIET = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Runs in the page: by how many pixels the widest table does not fit its frame. */
const MOST_HIDDEN = `Math.max(...Array.from(document.querySelectorAll('.scroll'), (frame) => frame.scrollWidth - frame.clientWidth))`;

/** Runs in the page: the least ratio of luminances, as WCAG 2.2 has it, of a text with the ground that it stands on. */
const LEAST_CONTRAST = `(() => {
  const rgb = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = (color) => {
    const [r, g, b] = rgb(color).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (rgb(backgroundColor)[3] !== 0) return backgroundColor;
    }
    return 'rgb(255, 255, 255)';
  };
  const texts = [...document.querySelectorAll('body *')].filter((element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== ''));
  return Math.min(...texts.map((element) => {
    const pair = [luminance(getComputedStyle(element).color), luminance(groundOf(element))];
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  }));
})()`;

test('whatever is put into a page is escaped, markup is not', () => {
  expect(html`<p title="${'"'}">${'<b>'}${html`<i>${1}</i>`}</p>`.markup).toBe('<p title="&quot;">&lt;b&gt;<i>1</i></p>');
});

test('the page loads nothing and runs nothing', () => {
  const page = reportPage(startReport());
  expect(page).not.toMatch(/<script|<link|<img|@import|url\(|https?:/i);
  expect(page).toContain('E-417, PayPal &lt;b&gt;error&lt;/b&gt;');
});

test('a run of which nothing came has a page, too', () => {
  const report = {
    ...startReport({ tickets: 0, routed: 0, abstained: 0, agreement: 0, leftBecause: {} }),
    live: [],
    topicSizes: [],
  };
  expect(reportPage(report)).not.toMatch(/NaN|undefined|Infinity/);
});

test('a page that cannot be written is refused with a sentence', () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  expect(() => writePage(join(file, 'page.html'), '')).toThrow(UserError);
  expect(() => writePage(join(file, 'page.html'), '')).toThrow(/cannot be written to/);
});

describe.skipIf(!existsSync(CHROMIUM))('in a browser', () => {
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-page-'));
  const file = join(folder, 'page.html');
  beforeAll(async () => {
    writePage(file, reportPage(startReport()));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  const open = async (width: number, colorScheme: 'light' | 'dark') => {
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => request.url().startsWith('file:') || complaints.push(request.url()));
    await page.goto(`file://${file}`);
    return { page, complaints };
  };

  test.for([
    [360, 'light'],
    [360, 'dark'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const)('%i pixels wide, %s: fits, complains of nothing, and can be read', async ([width, scheme]) => {
    const { page, complaints } = await open(width, scheme);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    // Nor is a table cut off within its own frame.
    expect(await page.evaluate<number>(MOST_HIDDEN)).toBe(0);
    const least = await page.evaluate<number>(LEAST_CONTRAST);
    expect(least).toBeGreaterThanOrEqual(4.5);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('can be gone through by keyboard, and every picture says in words what it shows', async () => {
    const { page } = await open(1280, 'light');
    await page.keyboard.press('Tab');
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Skip to the content');
    await page.keyboard.press('Tab');
    expect(await page.evaluate<string>('document.activeElement.getAttribute("href")')).toBe('#routing');
    const pictures = page.getByRole('img');
    expect(await pictures.count()).toBe(14);
    for (const picture of await pictures.all()) expect(await picture.getAttribute('aria-label')).toMatch(/\d/);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    await page.close();
  });
});
