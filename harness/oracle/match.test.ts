import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryHistory } from '../history/writer.ts';
import { contradictionIn } from './course.ts';
import { matchRows, NONE } from './match.ts';
import { forEachReordered } from './order.ts';
import { storyMeta } from './testing/story-meta.ts';

const DEVICES = ['machine-1', 'machine-2', 'machine-3'];
const anyN = fc.oneof(fc.nat(12), fc.integer({ min: 4_294_967_290, max: 4_294_967_295 }));
const row = fc.record({ device: fc.constantFrom(...DEVICES, 'machine-9'), n: anyN, stampMicros: fc.oneof(fc.nat(5), fc.constant(NaN)), seenAtMicros: fc.nat(5) });
const truth = fc.uniqueArray(fc.record({ device: fc.constantFrom(...DEVICES), n: anyN }), { selector: ({ device, n }) => `${device} ${n}` });

/** Numbers with holes of any size, rows of readings that were never made, several rows of one reading, equal stamps. */
const anyHistory = fc.tuple(truth, fc.array(row), fc.boolean()).map(([readings, rows, stamps]) => {
  const meta = storyMeta();
  meta.terms.offers.stamps = stamps;
  const memory = memoryHistory(meta);
  for (const { device, n } of readings.toSorted((a, b) => a.n - b.n)) memory.reading({ device, n, atMicros: n, value: 0, handover: 'acknowledged' });
  for (const it of rows) memory.delivery({ ...it, value: 0 });
  return memory.history();
});

test('a row finds the reading with its device and number, if there is one, and a reading the row that was seen first', () => {
  fc.assert(
    fc.property(anyHistory, (history) => {
      const { readings, deliveries } = history;
      const { readingOf, rowOf } = matchRows(history);
      const rows = [...deliveries.n.keys()];
      for (const i of rows) {
        expect(readingOf[i]).toBe([...readings.n.keys()].findIndex((r) => readings.device[r] === deliveries.device[i] && readings.n[r] === deliveries.n[i]));
        expect(readingOf[i]).toBeGreaterThanOrEqual(NONE);
      }
      for (const r of readings.n.keys()) {
        const own = rows.filter((i) => readingOf[i] === r).toSorted((a, b) => deliveries.seenAtMicros[a]! - deliveries.seenAtMicros[b]! || a - b);
        expect(rowOf[r]).toBe(own[0] ?? -1);
      }
    }),
  );
});

test('out of order is what stands after a larger number of its device, in the order of the stamps and then of the outlet', () => {
  fc.assert(
    fc.property(anyHistory, (history) => {
      const { readings, deliveries, meta } = history;
      const match = matchRows(history);
      const found: number[] = [];
      forEachReordered(history, match, (reading) => found.push(reading));

      const stampOf = (reading: number) => (meta.terms.offers.stamps ? deliveries.stampMicros[match.rowOf[reading]!]! : 0);
      const shown = [...readings.n.keys()].filter((r) => match.rowOf[r]! >= 0 && !Number.isNaN(stampOf(r)));
      const isBefore = (a: number, b: number) => stampOf(a) < stampOf(b) || (stampOf(a) === stampOf(b) && match.rowOf[a]! < match.rowOf[b]!);
      const expected = shown.filter((r) => shown.some((other) => readings.device[other] === readings.device[r] && readings.n[other]! > readings.n[r]! && isBefore(other, r)));
      expect(found.toSorted((a, b) => a - b)).toEqual(expected);
    }),
  );
});

function contradiction(...made: [n: number, atMicros: number][]): string | undefined {
  const memory = memoryHistory(storyMeta());
  for (const [n, atMicros] of made) memory.reading({ device: 'machine-1', n, atMicros, value: 0, handover: 'acknowledged' });
  return contradictionIn(memory.history());
}

test('a device whose numbers or times go back makes it impossible to tell its readings apart', () => {
  expect(contradiction([0, 1], [1, 1], [3, 2])).toBeUndefined();
  expect(contradiction([1, 1], [3, 2], [2, 3])).toMatch('machine-1 counts from 2 again after 3');
  expect(contradiction([1, 1], [1, 2])).toMatch('machine-1 counts from 1 again after 1');
  expect(contradiction([1, 2], [2, 1])).toMatch('machine-1 made reading 2 before reading 1');
});
