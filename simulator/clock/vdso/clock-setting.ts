import type { RunClock } from '../../run-clock.ts';
import type { Skew } from '../skewable-clock.ts';

/** What one clock is set to, as the routine reads it: told = true + offset + (true - base) * rate / 2^32, in nanoseconds. */
export interface ClockSetting {
  offsetNanos: bigint;
  baseNanos: bigint;
  rate: bigint;
}

export const TRUE_TIME: ClockSetting = { offsetNanos: 0n, baseNanos: 0n, rate: 0n };

const ONE = 2 ** 32;
const nanos = (micros: number) => BigInt(Math.round(micros)) * 1000n;

export function settingOf({ offsetMicros, rate, sinceMicros }: Skew, clock: RunClock): ClockSetting {
  if (rate === 0) return { ...TRUE_TIME, offsetNanos: nanos(offsetMicros) };
  return { offsetNanos: nanos(offsetMicros), baseNanos: nanos(clock.wallAnchorMicros + sinceMicros), rate: BigInt(Math.round(rate * ONE)) };
}

/** How far ahead a look at this moment finds a clock that is set so. */
export function offsetNanosAt({ offsetNanos, baseNanos, rate }: ClockSetting, trueNanos: bigint): bigint {
  return offsetNanos + (((trueNanos - baseNanos) * rate) >> 32n);
}
