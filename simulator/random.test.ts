import { expect, test } from 'vitest';
import { randomField, randomStream } from './random.ts';

const draw = (seed: number, name: string, count: number) => {
  const next = randomStream(seed, name);
  return Array.from({ length: count }, next);
};

test('the same seed and name give the same numbers for ever', () => {
  expect(draw(7, 'fault-1', 100)).toEqual(draw(7, 'fault-1', 100));
  expect(draw(7, 'fault-1', 3)).toMatchInlineSnapshot(`
    [
      0.3077538339421153,
      0.3559270685072988,
      0.9713274030946195,
    ]
  `);
});

test('another seed or another name gives other numbers', () => {
  const first = draw(7, 'fault-1', 20);
  for (const other of [draw(8, 'fault-1', 20), draw(7, 'fault-2', 20)]) {
    expect(other.filter((number) => first.includes(number))).toEqual([]);
  }
});

test('numbers spread evenly over [0, 1)', () => {
  const field = randomField(3, 'noise');
  for (const numbers of [draw(3, 'x', 20_000), Array.from({ length: 20_000 }, (_, index) => field(index))]) {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const number of numbers) tenths[Math.floor(number * 10)]!++;
    expect(Math.min(...tenths)).toBeGreaterThan(1800);
    expect(Math.max(...tenths)).toBeLessThan(2200);
  }
});
