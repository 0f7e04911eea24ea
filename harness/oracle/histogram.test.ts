import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addTo, emptyHistogram, percentileOf } from './histogram.ts';

test('a percentile is that of the sorted values, and at most 0.4 % more', () => {
  const micros = fc.oneof(fc.nat(600), fc.nat(1e7), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
  fc.assert(
    fc.property(fc.array(micros, { minLength: 1 }), fc.double({ min: 0.01, max: 1, noNaN: true }), (values, share) => {
      const histogram = emptyHistogram();
      for (const value of values) addTo(histogram, value);
      const exact = values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1]!;
      expect(percentileOf(histogram, share)).toBeGreaterThanOrEqual(exact);
      expect(percentileOf(histogram, share)).toBeLessThanOrEqual(exact * 1.004);
      expect([histogram.smallest, histogram.largest]).toEqual([Math.min(...values), Math.max(...values)]);
    }),
  );
});
