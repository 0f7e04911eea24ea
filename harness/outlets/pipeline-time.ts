/** Units in which a pipeline may write its own time. */
export type TimeUnit = 'iso' | 's' | 'ms' | 'us' | 'ns';

const MICROS_PER = { s: 1e6, ms: 1e3, us: 1, ns: 1e-3 } as const;

/**
 * A pipeline's time as microseconds of the run, or NaN if it is none.
 * Numbers may come as text; nanoseconds since 1970 exceed a double, so they are cut down as text first.
 */
export function toRunMicros(time: unknown, unit: TimeUnit, wallAnchorMicros: number): number {
  if (time === null || time === undefined || time === '') return NaN;
  if (unit === 'iso') return Date.parse(String(time)) * 1000 - wallAnchorMicros;
  if (unit === 'ns' && /^\d{16,}$/.test(String(time))) {
    return Number(BigInt(String(time)) / 1000n) - wallAnchorMicros;
  }
  return Number(time) * MICROS_PER[unit] - wallAnchorMicros;
}
