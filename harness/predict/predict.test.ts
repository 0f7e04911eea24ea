import { expect, test } from 'vitest';
import { USUAL, type Parameters } from '../../simulator/model/parameters.ts';
import { predictionPage } from './page.ts';
import { neededFor, predict } from './predict.ts';
import { predictionText } from './words.ts';

const OUTAGE_MS = 600_000;
const tenPerSecond: Parameters = { ...USUAL, machines: 10, periodMs: 1000, answerWithinMs: 500, gapAfterMs: 5000, keepAliveMs: 10_000, drainReadingsPerSecond: 100 };
const ask = (more: Partial<Parameters>) => predict({ name: 'it', parameters: { ...tenPerSecond, ...more }, outageMs: OUTAGE_MS });

test('the buffer that it says is needed loses nothing, and one that is a tenth smaller does', () => {
  const needed = neededFor(tenPerSecond, OUTAGE_MS);
  expect(ask({ bufferReadings: Infinity })).toMatchObject({ missing: { readings: 0, end: 'none' }, buffer: { fullAfterMs: null, neededReadings: needed } });
  expect(ask({ bufferReadings: needed }).missing.readings).toBe(0);
  expect(ask({ bufferReadings: Math.floor(0.9 * needed) }).missing.readings).toBeGreaterThan(0);
});

test('a buffer of half the outage is full in its middle, and loses the end that it drops', () => {
  const oldest = ask({ bufferReadings: 3000, whenFull: 'drop-oldest' });
  const newest = ask({ bufferReadings: 3000, whenFull: 'drop-newest' });
  const unread = ask({ bufferReadings: 3000, whenFull: 'stop-reading' });
  for (const { buffer, missing } of [oldest, newest, unread]) {
    expect(buffer.fullAfterMs).toBeGreaterThan(295_000);
    expect(buffer.fullAfterMs).toBeLessThan(305_000);
    expect(missing.readings).toBeGreaterThan(2700);
    expect(missing.readings).toBeLessThan(3200);
  }
  expect([oldest, newest, unread].map(({ missing }) => missing.end)).toEqual(['oldest', 'newest', 'newest']);
});

test('what is older than its time to live is gone, whatever the buffer holds', () => {
  const { missing, buffer } = ask({ bufferReadings: Infinity, timeToLiveMs: 200_000 });
  expect(missing).toMatchObject({ end: 'oldest' });
  expect(missing.toMs).toBeGreaterThan(395_000);
  expect(missing.toMs).toBeLessThan(405_000);
  expect(buffer.mostReadings).toBeLessThan(2100);
});

test('the drain takes as long as the backlog at that rate', () => {
  const { recovery } = ask({ bufferReadings: Infinity });
  expect(recovery.drainedAfterMs).toBeGreaterThan(55_000);
  expect(recovery.drainedAfterMs).toBeLessThan(70_000);
  expect(recovery.liveAfterMs).toBeLessThan(5000);
});

test('text and page give the answer, and a name can do no harm in the page', () => {
  const prediction = { ...ask({ bufferReadings: 3000, whenFull: 'drop-oldest' as const }), name: '<script>alert(1)</script>' };
  expect(predictionText(prediction)).toMatch(/would miss [\d,]+ readings in an outage of 10 min 00 s, the oldest; its buffer is full after/);
  const page = predictionPage(prediction);
  expect(page).toContain('&lt;script&gt;');
  expect(page).not.toContain('<script');
  expect(page).toContain('the buffer is full');
});
