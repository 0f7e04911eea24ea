import type { Field } from '../history/columns.ts';
import type { History } from '../history/history.ts';
import { inBlocks } from './in-blocks.ts';
import type { Pairs } from './match.ts';

/** Rows of the outlet that differ from their readings, in its order. */
export function rowsAltered(history: History, match: Pairs): number[] {
  const byColumn = [valuesAltered(history, match), ...history.meta.terms.fields.map((field) => fieldAltered(history, match, field))];
  const found = byColumn.filter((rows) => rows.length > 0);
  return found.length < 2 ? found.flat() : found.flat().toSorted((a, b) => a - b).filter((row, i, all) => row !== all[i - 1]);
}

/** Bit for bit as float32; NaN is NaN, and -0 is 0, since a decimal notation in between may keep no sign of it. */
function valuesAltered({ readings: { value: truth }, deliveries: { value: shown } }: History, { readingOf }: Pairs): number[] {
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
function fieldAltered({ readings, deliveries }: History, { readingOf }: Pairs, field: Field): number[] {
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
