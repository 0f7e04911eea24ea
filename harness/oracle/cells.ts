import type { History } from '../history/history.ts';

/** Values of `Cells.ofRow` for rows of the outlet that are no reading of the plant. */
export const UNKNOWN = -1;
export const TYPED_IN = -2;

/**
 * Every reading gets one cell, and every row of the outlet the cell of its reading. The cells of one device lie side by
 * side in the order of n, so a device's readings are walked in order of time without sorting, and no cell is spent on
 * numbers that no reading has, whatever numbers the outlet may show.
 */
export interface Cells {
  count: number;
  /** The cells of device d are first[d] up to, not including, first[d + 1]. */
  first: Uint32Array;
  /** Per cell, its row in `history.readings`. */
  reading: Uint32Array;
  /** Per cell, the row of the outlet that was seen first, or -1. */
  row: Int32Array;
  /** Per row of the outlet, its cell, or UNKNOWN, or TYPED_IN. */
  ofRow: Int32Array;
}

/** @throws RangeError if the record contradicts itself: a device's readings are not in the order of n and of time. */
export function buildCells(history: History): Cells {
  const { first, reading } = groupReadings(history);
  const row = new Int32Array(reading.length).fill(-1);
  const ofRow = findCells(history, first, reading);
  const { rows, seenAtMicros } = history.deliveries;
  for (let i = 0; i < rows; i++) {
    const cell = ofRow[i]!;
    if (cell < 0) continue;
    const earlier = row[cell]!;
    if (earlier < 0 || seenAtMicros[i]! < seenAtMicros[earlier]!) row[cell] = i;
  }
  return { count: reading.length, first, reading, row, ofRow };
}

function groupReadings({ devices, readings }: History): Pick<Cells, 'first' | 'reading'> {
  const { rows, device, n, atMicros } = readings;
  const first = new Uint32Array(devices.length + 1);
  for (let i = 0; i < rows; i++) first[device[i]! + 1]!++;
  for (let d = 0; d < devices.length; d++) first[d + 1]! += first[d]!;

  const reading = new Uint32Array(rows);
  const next = first.slice();
  for (let i = 0; i < rows; i++) {
    const d = device[i]!;
    const cell = next[d]!++;
    reading[cell] = i;
    if (cell === first[d]) continue;
    const previous = reading[cell - 1]!;
    if (n[i]! <= n[previous]! || atMicros[i]! < atMicros[previous]!) {
      throw new RangeError(`the record contradicts itself: ${devices[d]} made reading ${n[i]} after reading ${n[previous]}`);
    }
  }
  return { first, reading };
}

function findCells(history: History, first: Uint32Array, reading: Uint32Array): Int32Array {
  const { rows, device, n } = history.deliveries;
  const truthN = history.readings.n;
  const typedIn = typedInEntries(history);
  const firstN = new Float64Array(history.devices.length).fill(NaN);
  const hasHoles = new Uint8Array(history.devices.length);
  for (let d = 0; d < firstN.length; d++) {
    if (first[d] === first[d + 1]) continue;
    const lastN = truthN[reading[first[d + 1]! - 1]!]!;
    firstN[d] = truthN[reading[first[d]!]!]!;
    if (lastN - firstN[d]! !== first[d + 1]! - first[d]! - 1) hasHoles[d] = 1;
  }

  const ofRow = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const d = device[i]!;
    let cell = first[d]! + n[i]! - firstN[d]!;
    if (hasHoles[d]) cell = searchCell(truthN, reading, first[d]!, first[d + 1]!, n[i]!);
    if (cell >= first[d]! && cell < first[d + 1]!) ofRow[i] = cell;
    else ofRow[i] = typedIn.get(d)?.has(n[i]!) ? TYPED_IN : UNKNOWN;
  }
  return ofRow;
}

/** The cell in [low, high) whose reading has the number n; -1 if there is none. */
function searchCell(truthN: Uint32Array, reading: Uint32Array, low: number, high: number, n: number): number {
  while (low < high) {
    const middle = (low + high) >>> 1;
    const found = truthN[reading[middle]!]!;
    if (found === n) return middle;
    if (found < n) low = middle + 1;
    else high = middle;
  }
  return -1;
}

/** Numbers that people typed in, by device index. */
function typedInEntries({ devices, events }: History): Map<number, Set<number>> {
  const entries = new Map<number, Set<number>>();
  for (const event of events) {
    if (event.kind !== 'manual-entry') continue;
    const device = devices.indexOf(event.device);
    const numbers = entries.get(device) ?? new Set();
    entries.set(device, numbers.add(event.n));
  }
  return entries;
}
