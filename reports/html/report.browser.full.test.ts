import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { brokenStock, excessive, heldResilient, malicious } from '../testing/sample.ts';
import { renderComparisonHtml } from './comparison.ts';
import { renderHtml } from './report.ts';
import { findChromium, openChromium } from './screenshot.ts';

const missing = 'no Chromium found: install it, or name it in BROWNOUT_CHROMIUM';
const folder = mkdtempSync(join(tmpdir(), 'brownout-report-'));
let browser: Browser | undefined;

beforeAll(async () => {
  const executable = findChromium();
  if (executable) browser = await openChromium(executable);
  else if (process.env['CI']) throw new Error(missing);
  else console.warn(`not looked at in a browser: ${missing}`);
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach((context) => context.skip(!browser, missing));

/** The page as it stands in a browser, and everything that went wrong or went out while it loaded. */
async function open(html: string, options: Parameters<Browser['newPage']>[0] = {}) {
  const file = join(folder, 'report.html');
  writeFileSync(file, html);
  const page = await browser!.newPage({ viewport: { width: 1200, height: 900 }, ...options });
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => { complaints.push(dialog.message()); void dialog.dismiss(); });
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(file).href, { waitUntil: 'load' });
  return { page, complaints, requests };
}

/** How many different colours a drawing has: an empty canvas has one. */
const colours = (canvas: any): number => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const seen = new Set<number>();
  for (let at = 0; at < data.length; at += 4) seen.add(data[at] * 65536 + data[at + 1] * 256 + data[at + 2] + data[at + 3] / 256);
  return seen.size;
};

test.each([
  ['broken', renderHtml(brokenStock()), 2],
  ['malicious', renderHtml(malicious(brokenStock())), 2],
  ['excessive', renderHtml(excessive()), 2],
  ['comparison', renderComparisonHtml([brokenStock(), heldResilient()]), 4],
])('the figure is drawn, nothing complains and nothing is requested: %s', async (_, html, canvases) => {
  for (const options of [{}, { colorScheme: 'dark' as const }, { viewport: { width: 390, height: 844 } }]) {
    const { page, complaints, requests } = await open(html, options);
    const drawn = await Promise.all((await page.locator('.live canvas').all()).map((canvas) => canvas.evaluate(colours)));
    expect(drawn).toHaveLength(canvases);
    expect(Math.min(...drawn)).toBeGreaterThan(5);
    const sideways = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(sideways).toBe(0);
    expect(complaints).toEqual([]);
    expect(requests).toHaveLength(1);
    await page.close();
  }
});

test('the cursor reads the values of its moment, on both pipelines of a comparison', async () => {
  const { page } = await open(renderComparisonHtml([brokenStock(), heldResilient()]));
  await page.locator('.live .u-over').first().hover({ position: { x: 150, y: 50 } });
  await page.waitForFunction(`[...document.querySelectorAll('[data-say=at]')].every((moment) => moment.textContent.startsWith('at '))`);
  const [left, right] = await page.locator('[data-say=at]').allTextContents();
  expect(left).toBe(right);
  await page.close();
});

test('without scripts and on paper the static figure stands in', async () => {
  const silent = await open(renderHtml(brokenStock()), { javaScriptEnabled: false });
  expect(await silent.page.locator('svg.static').isVisible()).toBe(true);
  await silent.page.close();
  const { page } = await open(renderHtml(brokenStock()));
  expect(await page.locator('svg.static').isVisible()).toBe(false);
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('svg.static').isVisible()).toBe(true);
  expect(await page.locator('.live').isVisible()).toBe(false);
  await page.close();
});
