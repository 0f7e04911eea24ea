import { expect, test } from 'vitest';
import { toRunMicros } from './pipeline-time.ts';

const ANCHOR = 1_700_000_000_000_000;

test.each([
  ['s', 1_700_000_001.5, 1_500_000],
  ['ms', 1_700_000_001_500, 1_500_000],
  ['us', 1_700_000_001_500_000, 1_500_000],
  ['ns', '1700000001500000123', 1_500_000],
  ['iso', '2023-11-14T22:13:21.500Z', 1_500_000],
] as const)('a time in %s becomes run time', (unit, time, runMicros) => {
  expect(toRunMicros(time, unit, ANCHOR)).toBeCloseTo(runMicros, 0);
});

test.each([null, undefined, '', 'yesterday'])('%j is no time', (time) => {
  expect(toRunMicros(time, 'ms', ANCHOR)).toBeNaN();
});
