import type { ReadingColumns } from '../history/history.ts';
import { BLOCK, inBlocks } from './in-blocks.ts';

/** When the readings of each block were made: what lies in another time need not be looked at. */
export interface MadeSpans {
  earliest: Float64Array;
  latest: Float64Array;
}

export function madeSpans({ atMicros, rows }: ReadingColumns): MadeSpans {
  const earliest = new Float64Array(Math.ceil(rows / BLOCK));
  const latest = earliest.slice();
  inBlocks(rows, (from, to) => {
    let [least, most] = [Infinity, -Infinity];
    for (let reading = from; reading < to; reading++) {
      const at = atMicros[reading]!;
      if (at < least) least = at;
      if (at > most) most = at;
    }
    earliest[from / BLOCK] = least;
    latest[from / BLOCK] = most;
  });
  return { earliest, latest };
}

/** Calls `found` with every reading that was made in [fromMicros, toMicros]. */
export function forEachMade(
  { history: { readings: { atMicros, rows } }, made: { earliest, latest } }: { history: { readings: ReadingColumns }; made: MadeSpans },
  fromMicros: number, toMicros: number, found: (reading: number) => void,
): void {
  inBlocks(rows, (from, to) => {
    if (latest[from / BLOCK]! < fromMicros || earliest[from / BLOCK]! > toMicros) return;
    for (let reading = from; reading < to; reading++) {
      const at = atMicros[reading]!;
      if (at >= fromMicros && at <= toMicros) found(reading);
    }
  });
}
