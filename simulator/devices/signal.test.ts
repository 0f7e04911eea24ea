import { expect, test } from 'vitest';
import { signalOf } from './signal.ts';

const uptimes = Array.from({ length: 5000 }, (_, index) => index * 97);
const values = (seed: number, device: string) => uptimes.map(signalOf(seed, device));

test('seed, device and uptime alone determine the value', () => {
  expect(values(1, 'machine-1')).toEqual(values(1, 'machine-1'));
  expect(values(1, 'machine-1')).not.toEqual(values(2, 'machine-1'));
  expect(values(1, 'machine-1')).not.toEqual(values(1, 'machine-2'));
});

test('every value is a float32 of a plausible temperature, and hardly ever the one before', () => {
  const all = values(1, 'machine-1');
  expect(all.filter((value) => Math.fround(value) !== value || value < 30 || value > 90)).toEqual([]);
  expect(all.filter((value, index) => value === all[index - 1]).length).toBeLessThan(5);
});
