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

test('one machine that stands for all gives the answer of all of them, number for number', () => {
  const fewMinutes = { name: 'it', outageMs: 120_000 };
  const hours = { name: 'it', outageMs: 1_800_000 };
  const cases: [typeof hours, Partial<Parameters>][] = [
    [fewMinutes, {}],
    [fewMinutes, { bufferReadings: 407, whenFull: 'drop-oldest' }],
    [fewMinutes, { bufferReadings: 400, whenFull: 'drop-newest', periodMs: 700 }],
    [fewMinutes, { bufferReadings: 400, whenFull: 'stop-reading', machines: 7, drainReadingsPerSecond: 33 }],
    [hours, { timeToLiveMs: 300_000, periodMs: 300 }],
    [hours, { bufferReadings: 9999, drainReadingsPerSecond: 20, keepAliveMs: 60_000 }],
  ];
  for (const [question, more] of cases) {
    const asked = { ...question, parameters: { ...tenPerSecond, bufferReadings: Infinity, ...more } };
    expect(predict(asked), JSON.stringify(more)).toEqual(predict(asked, { eachMachine: true }));
  }
});

test('1,000 machines and days are as little work as 10 machines; a drain of years is reckoned, and it says so', () => {
  const parameters: Parameters = { ...USUAL, machines: 1000, bufferReadings: Infinity, whenFull: 'drop-oldest', drainReadingsPerSecond: 100_000, keepAliveMs: 60_000 };
  const startMs = performance.now();
  const day = predict({ name: 'it', parameters, outageMs: 86_400_000 });
  expect(performance.now() - startMs).toBeLessThan(30_000); // some 2 s; each machine by itself took hours
  expect(day).toMatchObject({ missing: { readings: 0 }, method: { roundMs: 1000, reckonedFromMs: null } });
  expect(day.recovery.drainedAfterMs).toBeCloseTo(8_640_000, -5);
  const years = predict({ name: 'it', parameters: { ...parameters, drainReadingsPerSecond: 10 }, outageMs: 3_600_000 });
  expect(years.missing.readings).toBe(0);
  expect(years.method.reckonedFromMs).toBeGreaterThan(3_600_000);
  expect(years.recovery.drainedAfterMs! / (36_000_000 / 10 * 1000)).toBeCloseTo(1, 1);
  expect(predictionText(years)).toContain('its end was reckoned from its rate');
});
