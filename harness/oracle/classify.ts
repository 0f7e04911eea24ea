import type { History } from '../history/history.ts';
import { isSeenLate } from './doubts.ts';
import { inBlocks } from './in-blocks.ts';
import type { Looks } from './looks.ts';
import { ACKNOWLEDGED, ALTERED, DELIVERED, DUPLICATE, IN_WINDOW, LATE, REORDERED } from './marks.ts';
import type { Match } from './match.ts';
import { forEachReordered } from './order.ts';
import type { Timeline } from './timeline.ts';

/** A mark for every reading: whether it counts, and whether it arrived. DECLARED is left to `gaps.ts`, the rest to `markFlaws`. */
export function markHandover(history: History, { rowOf }: Match, timeline: Timeline, looks: Looks): Uint8Array {
  const marks = new Uint8Array(history.readings.rows);
  const { acknowledged, atMicros } = history.readings;
  const { seenAtMicros } = history.deliveries;
  const { fromMicros, toMicros } = timeline.window;
  const lastHealMicros = timeline.lastHealMicros ?? fromMicros;
  const allowedMicros = history.meta.terms.claims['drains-within'] * 1000;
  const [isAcknowledged, isInWindow, isInTime, isLate] = [ACKNOWLEDGED, IN_WINDOW, DELIVERED, DELIVERED | LATE];
  inBlocks(marks.length, (from, to) => {
    for (let reading = from; reading < to; reading++) {
      const latched = atMicros[reading]!;
      const row = rowOf[reading]!;
      let bits = acknowledged[reading] ? isAcknowledged : 0;
      if (latched >= fromMicros && latched <= toMicros) bits |= isInWindow;
      if (row >= 0) bits |= isSeenLate(looks, Math.max(latched, lastHealMicros) + allowedMicros, seenAtMicros[row]!) ? isLate : isInTime;
      marks[reading] = bits;
    }
  });
  return marks;
}

/** Marks the readings that arrived more than once, altered or out of order. */
export function markFlaws(history: History, match: Match, alteredRows: readonly number[], marks: Uint8Array): void {
  for (const row of match.repeats) marks[match.readingOf[row]!]! |= DUPLICATE;
  for (const row of alteredRows) marks[match.readingOf[row]!]! |= ALTERED;
  forEachReordered(history, match, (reading) => (marks[reading]! |= REORDERED));
}
