import { expect, test } from 'vitest';
import { editDistance, nearestWord } from './nearest.ts';

test('the nearest word is the one that was meant', () => {
  const keys = ['command', 'cwd', 'env', 'runtime', 'ready', 'after'];
  expect(nearestWord('comand', keys)).toBe('command');
  expect(nearestWord('Runtime', keys)).toBe('runtime');
  expect(nearestWord('aftre', keys)).toBe('after');
  expect(nearestWord('environment', keys)).toBe('env');
  expect(nearestWord('blackhol', ['reset', 'hold', 'blackhole'])).toBe('blackhole');
});

test('no word is nearest if none is near', () => {
  expect(nearestWord('banana', ['command', 'cwd'])).toBeUndefined();
  expect(nearestWord('', ['command'])).toBeUndefined();
  expect(nearestWord('x'.repeat(10_000), ['command'])).toBeUndefined();
});

test('a swap of two neighbours is one edit', () => {
  expect(editDistance('aftre', 'after')).toBe(1);
  expect(editDistance('', 'abc')).toBe(3);
  expect(editDistance('kitten', 'sitting')).toBe(3);
});
