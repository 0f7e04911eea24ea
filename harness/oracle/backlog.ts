import type { Account } from './account.ts';
import { Histogram } from './histogram.ts';
import { DELIVERED, IN_WINDOW } from './marks.ts';

/** Where the run shows no usual delay, or a shorter one: what is no older than this is on its way, not held back. */
const SHORTEST_DELAY_MICROS = 500_000;

/**
 * What was held back at the end of the last failure: made before it, not yet at the outlet then although older than the
 * usual delay, and delivered later.
 */
export interface Backlog {
  readings: number;
  usualDelayMicros: number;
  /** When the first and the last of it were seen. */
  fromMicros: number;
  toMicros: number;
  /** How long after the last failure each of it was seen. */
  waits: Histogram;
}

/** Calls `each` with every reading of the backlog and how long after the heal it was seen. */
export function backlogAt(account: Account, heal: number, each: (reading: number, waitMicros: number) => void = () => {}): Backlog {
  const { history, match, marks } = account;
  const usualDelayMicros = usualDelay(account);
  const waits = new Histogram();
  for (let reading = 0; reading < history.readings.rows; reading++) {
    if ((marks.readings[reading]! & (DELIVERED | IN_WINDOW)) !== (DELIVERED | IN_WINDOW)) continue;
    if (history.readings.atMicros[reading]! > heal - usualDelayMicros) continue;
    const wait = history.deliveries.seenAtMicros[match.rowOf[reading]!]! - heal;
    if (wait <= 0) continue;
    waits.add(wait);
    each(reading, wait);
  }
  return { readings: waits.total, usualDelayMicros, fromMicros: heal + waits.smallest, toMicros: heal + waits.largest, waits };
}

/** What this pipeline takes from device to outlet while nothing is wrong: 99 % of what was seen before the first failure. */
export function usualDelay({ history, match, marks, timeline }: Account): number {
  const before = timeline.firstFaultMicros ?? -Infinity;
  const delays = new Histogram();
  for (let reading = 0; reading < history.readings.rows; reading++) {
    const latched = history.readings.atMicros[reading]!;
    if (latched >= before || !(marks.readings[reading]! & DELIVERED)) continue;
    const seen = history.deliveries.seenAtMicros[match.rowOf[reading]!]!;
    if (seen < before) delays.add(seen - latched);
  }
  return Math.max(SHORTEST_DELAY_MICROS, delays.percentile(0.99) || 0);
}
