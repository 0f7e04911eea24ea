import type { Column, History } from '../history/history.ts';
import { inBlocks } from './in-blocks.ts';
import type { Match, Pairs } from './match.ts';

/**
 * Calls `found` with every reading that is out of order: put in the order of the pipeline's own stamps (ties in the
 * outlet's order; without stamps: the outlet's order), a reading of the same device with a larger n is before it.
 * Of a reading with several rows the first counts: the others are duplicates. A row without a stamp, where the others
 * have one, has no place in that order and is left to `true-time`.
 *
 * Stamps that rise with n are in order, which one walk shows; only devices that fail it are sorted.
 */
export function forEachReordered(history: History, match: Match, found: (reading: number) => void): void {
  const stamps = history.meta.terms.offers.stamps ? history.deliveries.stampMicros : undefined;
  const unordered = devicesOutOfOrder(history, match, stamps);
  for (const [device, isUnordered] of unordered.entries()) {
    if (isUnordered) walkInStampOrder(match.order.subarray(match.first[device], match.first[device + 1]), match.rowOf, stamps, found);
  }
}

/** One walk over all readings: those of one device come in the order of n. */
function devicesOutOfOrder({ devices, readings: { rows, device } }: History, { rowOf }: Pairs, stamps: Column | undefined): Uint8Array {
  const unordered = new Uint8Array(devices.length);
  const lastRow = new Int32Array(devices.length).fill(-1);
  const lastStamp = new Float64Array(devices.length).fill(-Infinity);
  inBlocks(rows, (from, to) => {
    for (let reading = from; reading < to; reading++) {
      const row = rowOf[reading]!;
      if (row < 0) continue;
      const d = device[reading]!;
      const stamp = stamps ? stamps[row]! : 0;
      if (stamp < lastStamp[d]! || (stamp === lastStamp[d]! && row < lastRow[d]!)) unordered[d] = 1;
      if (stamp !== stamp) continue;
      lastStamp[d] = stamp;
      lastRow[d] = row;
    }
  });
  return unordered;
}

function walkInStampOrder(
  own: Uint32Array, rowOf: Int32Array, stamps: Column | undefined, found: (reading: number) => void,
): void {
  const placed = own.filter((reading) => rowOf[reading]! >= 0 && !(stamps && Number.isNaN(stamps[rowOf[reading]!])));
  const stampOf = (reading: number) => (stamps ? stamps[rowOf[reading]!]! : 0);
  let latest = -1;
  for (const reading of placed.toSorted((a, b) => stampOf(a) - stampOf(b) || rowOf[a]! - rowOf[b]!)) {
    if (reading < latest) found(reading);
    else latest = reading;
  }
}
