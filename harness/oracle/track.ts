import type { History } from '../history/history.ts';
import type { Match } from './match.ts';

/**
 * One device's readings in time, by their places in `Match.order`. Places just outside [from, to) stand for the time
 * before the first and after the last reading.
 */
export interface Track {
  from: number;
  to: number;
  at(place: number): number;
  /** The first place whose reading was made after a moment. */
  firstAfter(micros: number): number;
  /** How far the stamp of a delivered reading is off, as far as the claims allow; 0 where there is none to tell. */
  stampError(place: number): number;
}

export function trackOf(history: History, { order, first, rowOf }: Match, device: number): Track {
  const from = first[device]!;
  const to = first[device + 1]!;
  const { atMicros } = history.readings;
  const { stampMicros } = history.deliveries;
  const allowedMicros = history.meta.terms.claims['time-within'] * 1000;
  const at = (place: number) => (place < from ? -Infinity : place < to ? atMicros[order[place]!]! : Infinity);
  const stampError = (place: number) => {
    const row = place < from || place >= to ? -1 : rowOf[order[place]!]!;
    const error = row < 0 ? NaN : Math.abs(stampMicros[row]! - at(place));
    return Number.isNaN(error) ? 0 : Math.min(error, allowedMicros);
  };
  const firstAfter = (micros: number) => {
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (at(middle) > micros) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return { from, to, at, firstAfter, stampError };
}
