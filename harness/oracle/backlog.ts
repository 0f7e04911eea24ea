import type { History } from '../history/history.ts';
import { addTo, emptyHistogram, percentileOf, type Histogram } from './histogram.ts';
import { inBlocks } from './in-blocks.ts';
import type { Pairs } from './match.ts';
import type { Timeline } from './timeline.ts';

/** Where the run shows no usual delay, or a shorter one: what is no older than this is on its way, not held back. */
const SHORTEST_DELAY_MICROS = 500_000;

/** How long readings took to the outlet. Plain data. */
export interface Delays {
  usualDelayMicros: number;
  /** Undefined if no failure ended. */
  backlog: Backlog | undefined;
}

export function delaysOf(history: History, pairs: Pairs, timeline: Timeline): Delays {
  const usual = usualDelayMicros(history, pairs, timeline);
  return { usualDelayMicros: usual, backlog: backlogOf(history, pairs, timeline, usual) };
}

/** What this pipeline takes from device to outlet while nothing is wrong: 99 % of what was seen before the first failure. */
function usualDelayMicros({ readings, deliveries: { seenAtMicros } }: History, { rowOf }: Pairs, { firstFaultMicros }: Timeline): number {
  const delays = emptyHistogram();
  const before = firstFaultMicros ?? -Infinity;
  const { atMicros, rows } = readings;
  inBlocks(rows, (from, to) => {
    for (let reading = from; reading < to; reading++) {
      const latched = atMicros[reading]!;
      const row = rowOf[reading]!;
      if (latched >= before || row < 0) continue;
      const seen = seenAtMicros[row]!;
      if (seen < before) addTo(delays, seen - latched);
    }
  });
  return Math.max(SHORTEST_DELAY_MICROS, percentileOf(delays, 0.99) || 0);
}

/**
 * What was held back at the end of the last failure: made in the window and before that end, not yet at the outlet then
 * although older than the usual delay, and delivered later.
 */
export interface Backlog {
  readings: number;
  /** When the last failure ended. */
  healMicros: number;
  /** When the first and the last of it were seen. */
  fromMicros: number;
  toMicros: number;
  /** How long after the heal each of it was seen. */
  waits: Histogram;
}

/** Undefined if no failure ended. */
function backlogOf({ readings, deliveries: { seenAtMicros } }: History, { rowOf }: Pairs, timeline: Timeline, usualMicros: number): Backlog | undefined {
  const { lastHealMicros: heal, window: { fromMicros, toMicros } } = timeline;
  if (heal === undefined) return undefined;
  const waits = emptyHistogram();
  const { atMicros, rows } = readings;
  const latestMicros = Math.min(toMicros, heal - usualMicros);
  inBlocks(rows, (from, to) => {
    for (let reading = from; reading < to; reading++) {
      const latched = atMicros[reading]!;
      const row = rowOf[reading]!;
      if (row < 0 || latched > latestMicros || latched < fromMicros) continue;
      const wait = seenAtMicros[row]! - heal;
      if (wait > 0) addTo(waits, wait);
    }
  });
  return { readings: waits.total, healMicros: heal, fromMicros: heal + waits.smallest, toMicros: heal + waits.largest, waits };
}
