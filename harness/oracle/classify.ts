import type { Field } from '../history/columns.ts';
import type { History } from '../history/history.ts';
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
  /** Rows of the outlet that differ from their readings, in its order. */
  alteredRows: number[];
}

/** Marks every reading, and finds the rows that are altered. */
export function classify(history: History, match: Match, timeline: Timeline): Marks {
  const marks = new Uint8Array(history.readings.rows);
  const alteredRows = rowsAltered(history, match);
  markHandover(history, match, timeline, marks);
  for (const row of match.repeats) marks[match.readingOf[row]!]! |= DUPLICATE;
  for (const row of alteredRows) marks[match.readingOf[row]!]! |= ALTERED;
  forEachReordered(history, match, (reading) => (marks[reading]! |= REORDERED));
  return { readings: marks, alteredRows };
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

function rowsAltered(history: History, match: Match): number[] {
  const byColumn = [valuesAltered(history, match), ...history.meta.terms.fields.map((field) => fieldAltered(history, match, field))];
  const found = byColumn.filter((rows) => rows.length > 0);
  return found.length < 2 ? found.flat() : found.flat().toSorted((a, b) => a - b).filter((row, i, all) => row !== all[i - 1]);
}

/** Bit for bit as float32; NaN is NaN, and -0 is 0, since a decimal notation in between may keep no sign of it. */
function valuesAltered({ readings: { value: truth }, deliveries: { value: shown } }: History, { readingOf }: Match): number[] {
  const altered: number[] = [];
  inBlocks(readingOf.length, (from, to) => {
    for (let row = from; row < to; row++) {
      const reading = readingOf[row]!;
      if (reading < 0) continue;
      const expected = truth[reading]!;
      const found = Math.fround(shown[row]!);
      if (found !== expected && !(found !== found && expected !== expected)) altered.push(row);
    }
  });
  return altered;
}

/** A field that the outlet is said to carry, and that the device gave, must be there and be the same. */
function fieldAltered({ readings, deliveries }: History, { readingOf }: Match, field: Field): number[] {
  const truth = readings[field];
  const shown = deliveries[field];
  const altered: number[] = [];
  if (!truth) return altered;
  inBlocks(readingOf.length, (from, to) => {
    for (let row = from; row < to; row++) {
      const reading = readingOf[row]!;
      if (reading < 0) continue;
      const expected = truth[reading]!;
      if (expected === expected && expected !== (shown ? shown[row] : undefined)) altered.push(row);
    }
  });
  return altered;
}
