import { expect, test } from 'vitest';
import type { History } from './history.ts';
import { exportText } from './export.ts';

const history = {
  devices: ['machine-1', 'odd, "name"'],
  readings: {
    rows: 2,
    device: Uint32Array.of(0, 1),
    n: Uint32Array.of(7, 8),
    atMicros: Float64Array.of(1000, 2000.5),
    value: Float32Array.of(1.5, NaN),
    acknowledged: Uint8Array.of(1, 0),
    counter: Float64Array.of(3, NaN),
  },
  deliveries: { rows: 0 },
  events: [{ kind: 'phase', atMicros: 5, phase: 'judge' }],
} as unknown as History;

const text = (what: 'readings' | 'events', format: 'csv' | 'ndjson') => [...exportText(history, what, format)].join('');

test('CSV quotes what must be quoted and leaves absent values empty', () => {
  expect(text('readings', 'csv')).toBe(
    'device,n,atMicros,value,handover,counter\r\nmachine-1,7,1000,1.5,acknowledged,3\r\n"odd, ""name""",8,2000.5,,indeterminate,\r\n',
  );
});

test('every line of NDJSON is an object by itself', () => {
  const rows = text('readings', 'ndjson').trimEnd().split('\n').map((line) => JSON.parse(line));
  expect(rows[1]).toEqual({ device: 'odd, "name"', n: 8, atMicros: 2000.5, value: null, handover: 'indeterminate', counter: null });
});

test('events keep their own keys, in CSV as JSON in one column', () => {
  expect(JSON.parse(text('events', 'ndjson'))).toEqual({ kind: 'phase', atMicros: 5, phase: 'judge' });
  expect(text('events', 'csv')).toBe('atMicros,kind,data\r\n5,phase,"{""phase"":""judge""}"\r\n');
});

test('a part without rows is empty', () => {
  expect([...exportText(history, 'deliveries', 'csv')]).toEqual([]);
});
