import { UNCERTAIN, type History } from '../history/history.ts';
import { addTo, emptyHistogram, type Histogram } from './histogram.ts';
import { inBlocks } from './in-blocks.ts';
import type { Pairs } from './match.ts';

/** How far the pipeline's stamps are off the moments at which the readings were made. */
export interface StampErrors {
  /** Of rows with a stamp that is not marked as uncertain. */
  errors: Histogram;
  /** Rows marked as uncertain. */
  uncertain: number;
  /** Rows without a stamp, and not marked as uncertain. */
  missing: number;
  /** Rows whose stamp is missing or further off than `time-within`, and not marked as uncertain. */
  wrong: number[];
}

/** Undefined if the outlet gives no time of its own. */
export function stampErrors({ meta: { terms }, readings, deliveries }: History, { readingOf }: Pairs): StampErrors | undefined {
  if (!terms.offers.stamps) return undefined;
  const { stampMicros, flags, rows } = deliveries;
  const { atMicros } = readings;
  const uncertainBit = UNCERTAIN;
  const allowedMicros = terms.claims['time-within'] * 1000;
  const errors = emptyHistogram();
  const wrong: number[] = [];
  let uncertain = 0;
  let missing = 0;
  inBlocks(rows, (from, to) => {
    for (let row = from; row < to; row++) {
      const reading = readingOf[row]!;
      if (reading < 0) continue;
      if (flags[row]! & uncertainBit) {
        uncertain++;
        continue;
      }
      const error = Math.abs(stampMicros[row]! - atMicros[reading]!);
      if (error < Infinity) addTo(errors, error);
      else missing++;
      if (!(error <= allowedMicros)) wrong.push(row);
    }
  });
  return { errors, uncertain, missing, wrong };
}
