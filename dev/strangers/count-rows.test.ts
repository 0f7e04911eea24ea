import { expect, test } from 'vitest';
import { countRows } from './count-rows.ts';

const fields = { uptimeMs: 1, state: 2, counter: 3, alarms: 4 };
const reading = (n: number, handover: 'acknowledged' | 'indeterminate' = 'acknowledged') => ({ device: 'machine-1', n, atMicros: n * 1000, value: n / 3, handover, ...fields });
const row = (n: number) => ({ device: 'machine-1', n, value: Math.fround(n / 3), ...fields });
const window = { fromMicros: 2000, toMicros: 5000 };
const readings = [reading(1), reading(2), reading(3), reading(4, 'indeterminate'), reading(5), reading(6)];

test('everything that arrived once and unchanged', () => {
  expect(countRows(readings, [1, 2, 3, 4, 5, 6].map(row), window)).toEqual({ readings: 4, acknowledged: 3, delivered: 4, lost: 0, duplicate: 0, altered: 0, unknown: 0 });
});

test('what is lost, twice, altered and unknown; outside of the window nothing is lost', () => {
  const rows = [row(2), row(2), row(2), { ...row(3), counter: 9 }, { ...row(9) }, { ...row(3), device: 'machine-2' }];
  expect(countRows(readings, rows, window)).toEqual({ readings: 4, acknowledged: 3, delivered: 2, lost: 1, duplicate: 2, altered: 1, unknown: 2 });
});
