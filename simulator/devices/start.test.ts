import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HIGHEST_START, LOW, machineStarts } from './start.ts';
import type { StartAt } from './start.ts';

const of = (at: StartAt, { machines = 4, seed = 1, periodMs = 100 } = {}) =>
  machineStarts({ number: at, counter: at, uptime: at }, { machines, seed, periodMs, msPerPiece: 500 });
const seeds = fc.integer({ min: 0, max: 0xffff_ffff });

test('of any three machines one starts just below 2^16, one just below 2^24 and one low, whatever the seed', () => {
  fc.assert(fc.property(seeds, (seed) => {
    const starts = of('mixed', { machines: 3, seed });
    for (const [name, most] of [['number', 60], ['counter', 18]] as const) {
      const sorted = starts.map((start) => start[name]).toSorted((a, b) => a - b);
      expect(sorted[0]).toBe(LOW[name]);
      for (const [place, edge] of [[1, 2 ** 16], [2, 2 ** 24]] as const) {
        expect(edge - sorted[place]!).toBeGreaterThan(0);
        expect(edge - sorted[place]!).toBeLessThanOrEqual(most);
      }
    }
  }));
});

test('the seed decides which machine starts where, and nothing else does', () => {
  expect(of('mixed')).toEqual(of('mixed'));
  expect(of('mixed', { machines: 8 }).slice(0, 4)).toEqual(of('mixed'));
  expect(new Set(Array.from({ length: 20 }, (_, seed) => of('mixed', { seed }).map(({ number }) => number > 1).join())).size).toBe(3);
});

test('near the edges every machine is just below one, and a number or a counter never wraps within a run', () => {
  fc.assert(fc.property(seeds, (seed) => {
    const starts = of('near-edges', { seed });
    expect(starts.map(({ number }) => Math.ceil(Math.log2(number))).toSorted((a, b) => a - b)).toEqual([15, 16, 24, 31]);
    expect(starts.map(({ uptimeMs }) => Math.ceil(Math.log2(uptimeMs))).toSorted((a, b) => a - b)).toEqual([16, 24, 31, 32]);
    for (const { number, counter } of starts) expect(Math.max(number, counter)).toBeLessThan(HIGHEST_START);
  }));
});

test('low is a new machine, and a number is that number', () => {
  expect(of('low')).toEqual([LOW, LOW, LOW, LOW]);
  for (const start of of(70_000)) expect(start).toEqual({ number: 70_000, counter: 70_000, uptimeMs: 70_000 });
});

test('an edge is crossed after some readings, however seldom the machine is read', () => {
  const [slow, fast] = [of('near-edges', { periodMs: 60_000 }), of('near-edges', { periodMs: 1 })];
  for (const { number } of slow) expect(2 ** Math.ceil(Math.log2(number)) - number).toBe(3);
  for (const { number } of fast) expect(2 ** Math.ceil(Math.log2(number)) - number).toBeLessThanOrEqual(1000);
});
