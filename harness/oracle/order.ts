import type { History } from '../history/history.ts';
import type { Cells } from './cells.ts';

/**
 * Calls `found` with the cell of every reading that is out of order: put in the order of the pipeline's own stamps (ties
 * in the outlet's order; without stamps: the outlet's order), a reading of the same device with a larger n is before it.
 * Of a reading with several rows the first counts: the others are duplicates. A row without a stamp, where the others
 * have one, has no place in that order and is left to `true-time`.
 *
 * Stamps that rise with n are in order, which one walk shows; only a device that fails it is sorted.
 */
export function forEachReordered(history: History, cells: Cells, found: (cell: number) => void): void {
  const stamps = history.meta.terms.offers.stamps ? history.deliveries.stampMicros : undefined;
  for (let device = 0; device < history.devices.length; device++) {
    const from = cells.first[device]!;
    const to = cells.first[device + 1]!;
    if (!risesWithN(cells.row, stamps, from, to)) walkInStampOrder(cells.row, stamps, from, to, found);
  }
}

function risesWithN(rows: Int32Array, stamps: Float64Array | undefined, from: number, to: number): boolean {
  let lastRow = -1;
  let lastStamp = -Infinity;
  for (let cell = from; cell < to; cell++) {
    const row = rows[cell]!;
    if (row < 0) continue;
    const stamp = stamps ? stamps[row]! : 0;
    if (stamp < lastStamp || (stamp === lastStamp && row < lastRow)) return false;
    if (stamp !== stamp) continue;
    lastStamp = stamp;
    lastRow = row;
  }
  return true;
}

function walkInStampOrder(
  rows: Int32Array, stamps: Float64Array | undefined, from: number, to: number, found: (cell: number) => void,
): void {
  const ordered = new Uint32Array(to - from);
  let count = 0;
  for (let cell = from; cell < to; cell++) {
    const row = rows[cell]!;
    if (row >= 0 && !(stamps && Number.isNaN(stamps[row]))) ordered[count++] = cell;
  }
  const stampOf = (cell: number) => (stamps ? stamps[rows[cell]!]! : 0);
  const sorted = ordered.subarray(0, count).toSorted((a, b) => stampOf(a) - stampOf(b) || rows[a]! - rows[b]!);
  let highest = -1;
  for (const cell of sorted) {
    if (cell < highest) found(cell);
    else highest = cell;
  }
}
