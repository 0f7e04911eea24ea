import type { Field } from '../history/columns.ts';
import type { Column, History } from '../history/history.ts';
import type { Match } from './match.ts';
import { ACKNOWLEDGED, ALTERED, DELIVERED, DUPLICATE, IN_WINDOW, LATE, REORDERED } from './marks.ts';
import { inBlocks } from './in-blocks.ts';
import { forEachReordered } from './order.ts';
import type { Timeline } from './timeline.ts';

/** The harness looks at the outlet this often; a row may have been there that much earlier than it was seen. */
export const OUTLET_LOOK_MICROS = 250_000;

export interface Marks {
  /** Per reading. DECLARED is left to `gaps.ts`. */
  readings: Uint8Array;
  /** Per row of the outlet; only ALTERED. */
  rows: Uint8Array;
}

/** Marks every reading and every row of the outlet. */
export function classify(history: History, match: Match, timeline: Timeline): Marks {
  const marks = { readings: new Uint8Array(history.readings.rows), rows: new Uint8Array(history.deliveries.rows) };
  markHandover(history, match, timeline, marks.readings);
  for (const row of match.repeats) marks.readings[match.readingOf[row]!]! |= DUPLICATE;
  markAltered(match, marks, history.readings.value, history.deliveries.value);
  for (const field of history.meta.terms.fields) markAlteredField(history, match, marks, field);
  forEachReordered(history, match, (reading) => (marks.readings[reading]! |= REORDERED));
  return marks;
}

function markHandover(history: History, { rowOf }: Match, timeline: Timeline, marks: Uint8Array): void {
  const { acknowledged, atMicros } = history.readings;
  const { seenAtMicros } = history.deliveries;
  const { fromMicros, toMicros } = timeline.window;
  const lastHealMicros = timeline.lastHealMicros ?? fromMicros;
  const allowedMicros = history.meta.terms.claims['drains-within'] * 1000 + OUTLET_LOOK_MICROS;
  const [isAcknowledged, isInWindow, isInTime, isLate] = [ACKNOWLEDGED, IN_WINDOW, DELIVERED, DELIVERED | LATE];
  inBlocks(marks.length, (from, to) => {
    for (let reading = from; reading < to; reading++) {
      const latched = atMicros[reading]!;
      const row = rowOf[reading]!;
      let bits = acknowledged[reading] ? isAcknowledged : 0;
      if (latched >= fromMicros && latched <= toMicros) bits |= isInWindow;
      if (row >= 0) bits |= seenAtMicros[row]! > Math.max(latched, lastHealMicros) + allowedMicros ? isLate : isInTime;
      marks[reading] = bits;
    }
  });
}

/** Bit for bit as float32; NaN is NaN, and -0 is 0, since a decimal notation in between may keep no sign of it. */
function markAltered({ readingOf }: Match, marks: Marks, truth: Column, shown: Column): void {
  inBlocks(readingOf.length, (from, to) => {
    for (let row = from; row < to; row++) {
      const reading = readingOf[row]!;
      if (reading < 0) continue;
      const expected = truth[reading]!;
      const found = Math.fround(shown[row]!);
      if (found === expected || (found !== found && expected !== expected)) continue;
      marks.rows[row]! |= ALTERED;
      marks.readings[reading]! |= ALTERED;
    }
  });
}

/** A field that the outlet is said to carry, and that the device gave, must be there and be the same. */
function markAlteredField(history: History, { readingOf }: Match, marks: Marks, field: Field): void {
  const truth = history.readings[field];
  const shown = history.deliveries[field];
  if (!truth) return;
  inBlocks(readingOf.length, (from, to) => {
    for (let row = from; row < to; row++) {
      const reading = readingOf[row]!;
      if (reading < 0) continue;
      const expected = truth[reading]!;
      if (expected !== expected || expected === (shown ? shown[row] : undefined)) continue;
      marks.rows[row]! |= ALTERED;
      marks.readings[reading]! |= ALTERED;
    }
  });
}
