const SUB_BITS = 8;
const SUB = 256;
const LONG = 2_147_483_647;

/**
 * Durations of any length, counted in buckets 1/256 of their size wide, microseconds exactly up to 256: percentiles of
 * millions of them in one walk, without keeping or sorting them. Smallest and largest are exact.
 */
export interface Histogram {
  total: number;
  smallest: number;
  largest: number;
  buckets: Uint32Array;
}

export function emptyHistogram(): Histogram {
  return { total: 0, smallest: Infinity, largest: -Infinity, buckets: new Uint32Array((54 - SUB_BITS + 1) * SUB) };
}

/** `micros` is finite; what is negative counts as 0 everywhere but in `smallest`. */
export function addTo(histogram: Histogram, micros: number): void {
  histogram.total++;
  if (micros < histogram.smallest) histogram.smallest = micros;
  if (micros > histogram.largest) histogram.largest = micros;
  histogram.buckets[bucketOf(micros)]!++;
}

/** The value that this share (0..1] of all values does not exceed, at most 0.4 % too large. NaN if there are none. */
export function percentileOf({ total, largest, buckets }: Histogram, share: number): number {
  const rank = Math.max(1, Math.ceil(share * total));
  let seen = 0;
  for (let bucket = 0; bucket < buckets.length; bucket++) {
    seen += buckets[bucket]!;
    if (seen >= rank) return Math.min(largest, upperEndOf(bucket));
  }
  return NaN;
}

function bucketOf(micros: number): number {
  if (micros >= LONG) return bucketOfLong(micros);
  const whole = micros < 0 ? 0 : (micros + 0.5) | 0;
  if (whole < SUB) return whole;
  const shift = 31 - SUB_BITS - Math.clz32(whole);
  return (shift << SUB_BITS) + (whole >>> shift);
}

/** The same for what does not fit an int32, from 36 minutes on. */
function bucketOfLong(micros: number): number {
  const whole = Math.min(Math.round(micros), Number.MAX_SAFE_INTEGER);
  const shift = (whole < 2 ** 32 ? 31 - Math.clz32(whole) : 63 - Math.clz32(whole / 2 ** 32)) - SUB_BITS;
  return shift * SUB + Math.floor(whole / 2 ** shift);
}

function upperEndOf(bucket: number): number {
  if (bucket < 2 * SUB) return bucket;
  const shift = Math.floor(bucket / SUB) - 1;
  return (bucket - shift * SUB + 1) * 2 ** shift - 1;
}
