import type { Field } from '../history/columns.ts';
import type { History } from '../history/history.ts';
import type { Cells } from './cells.ts';
import { ACKNOWLEDGED, ALTERED, DELIVERED, DUPLICATE, IN_WINDOW, LATE, REORDERED } from './marks.ts';
import { forEachReordered } from './order.ts';
import type { Timeline } from './timeline.ts';

/** The harness looks at the outlet this often; a row may have been there that much earlier than it was seen. */
export const OUTLET_LOOK_MICROS = 250_000;

export interface Marks {
  /** Per cell. DECLARED is left to `gaps.ts`. */
  cells: Uint8Array;
  /** Per row of the outlet; only ALTERED and DUPLICATE. */
  rows: Uint8Array;
}

/** Marks every reading and every row of the outlet, each column walked once. */
export function classify(history: History, cells: Cells, timeline: Timeline): Marks {
  const marks = { cells: new Uint8Array(cells.count), rows: new Uint8Array(history.deliveries.rows) };
  markHandover(history, cells, timeline, marks.cells);
  markDuplicates(cells, marks);
  markAltered(cells, marks, history.readings.value, history.deliveries.value);
  for (const field of history.meta.terms.fields) markAlteredField(history, cells, marks, field);
  forEachReordered(history, cells, (cell) => (marks.cells[cell]! |= REORDERED));
  return marks;
}

function markHandover(history: History, cells: Cells, timeline: Timeline, marks: Uint8Array): void {
  const { acknowledged, atMicros } = history.readings;
  const { seenAtMicros } = history.deliveries;
  const { fromMicros, toMicros } = timeline.window;
  const lastHealMicros = timeline.lastHealMicros ?? fromMicros;
  const allowedMicros = history.meta.terms.claims['drains-within'] * 1000 + OUTLET_LOOK_MICROS;
  for (let cell = 0; cell < cells.count; cell++) {
    const reading = cells.reading[cell]!;
    const latched = atMicros[reading]!;
    const row = cells.row[cell]!;
    let bits = acknowledged[reading] ? ACKNOWLEDGED : 0;
    if (latched >= fromMicros && latched <= toMicros) bits |= IN_WINDOW;
    if (row >= 0) {
      bits |= DELIVERED;
      if (seenAtMicros[row]! > Math.max(latched, lastHealMicros) + allowedMicros) bits |= LATE;
    }
    marks[cell] = bits;
  }
}

function markDuplicates({ ofRow, row }: Cells, marks: Marks): void {
  for (let i = 0; i < ofRow.length; i++) {
    const cell = ofRow[i]!;
    if (cell < 0 || row[cell] === i) continue;
    marks.rows[i]! |= DUPLICATE;
    marks.cells[cell]! |= DUPLICATE;
  }
}

/** Bit for bit as float32; NaN is NaN, and -0 is 0, since a decimal notation in between may keep no sign of it. */
function markAltered({ ofRow, reading }: Cells, marks: Marks, truth: Float32Array, shown: Float64Array): void {
  for (let i = 0; i < ofRow.length; i++) {
    const cell = ofRow[i]!;
    if (cell < 0) continue;
    const expected = truth[reading[cell]!]!;
    const found = Math.fround(shown[i]!);
    if (found === expected || (found !== found && expected !== expected)) continue;
    marks.rows[i]! |= ALTERED;
    marks.cells[cell]! |= ALTERED;
  }
}

/** A field that the outlet is said to carry, and that the device gave, must be there and be the same. */
function markAlteredField(history: History, { ofRow, reading }: Cells, marks: Marks, field: Field): void {
  const truth = history.readings[field];
  const shown = history.deliveries[field];
  if (!truth) return;
  for (let i = 0; i < ofRow.length; i++) {
    const cell = ofRow[i]!;
    if (cell < 0) continue;
    const expected = truth[reading[cell]!]!;
    if (expected !== expected || expected === (shown ? shown[i] : undefined)) continue;
    marks.rows[i]! |= ALTERED;
    marks.cells[cell]! |= ALTERED;
  }
}
