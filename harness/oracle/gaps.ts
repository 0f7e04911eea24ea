import type { History } from '../history/history.ts';
import type { Cells } from './cells.ts';
import { ACKNOWLEDGED, DECLARED, DELIVERED } from './marks.ts';
import { covers, mergeIntervals, touches, type IntervalSet } from './intervals.ts';
import type { Timeline } from './timeline.ts';

/** A time in which a device was not asked for longer than the pipeline claims to tolerate in silence. */
export interface UnreadInterval {
  device: number;
  /** Between two readings of the device, or an edge of the window. */
  fromMicros: number;
  toMicros: number;
  declared: boolean;
}

/**
 * Finds what is missing at the outlet and whether the pipeline declared it: marks lost readings as DECLARED and returns
 * the unread intervals.
 *
 * Declared gaps are by the pipeline's clock, truth is by ours. One period of difference is allowed at each edge, since
 * the pipeline cannot know when between two readings a silence began. On top of it comes the error of the pipeline's
 * stamps just before and after the hole, as far as its claims allow that error: a pipeline whose stamps are 200 ms off
 * within a claim of 250 ms declares its gaps 200 ms off too, and people at the outlet see one consistent picture.
 */
export function findMissing(history: History, cells: Cells, timeline: Timeline, marks: Uint8Array): UnreadInterval[] {
  return history.devices.flatMap((_, device) => {
    const track = trackOf(history, cells, device);
    const declared = declaredFor(history, device);
    const gapAfterMicros = history.meta.terms.claims['gap-after'] * 1000;
    const periodMicros = history.meta.terms.periodMs * 1000;
    const unread: UnreadInterval[] = [];
    forEachHole(track, marks, gapAfterMicros, (before, after) => {
      const slackMicros = periodMicros + Math.max(track.stampError(before), track.stampError(after));
      for (let cell = before + 1; cell < after; cell++) {
        if (marks[cell]! & ACKNOWLEDGED && touches(declared, track.at(cell) - slackMicros, track.at(cell) + slackMicros)) {
          marks[cell]! |= DECLARED;
        }
      }
      for (let cell = before; cell < after; cell++) {
        const fromMicros = Math.max(track.at(cell), timeline.window.fromMicros);
        const toMicros = Math.min(track.at(cell + 1), timeline.window.toMicros);
        if (toMicros - fromMicros > gapAfterMicros) {
          unread.push({ device, fromMicros, toMicros, declared: isDeclared(declared, fromMicros, toMicros, slackMicros) });
        }
      }
    });
    return unread;
  });
}

function isDeclared(declared: IntervalSet, from: number, to: number, slack: number): boolean {
  return touches(declared, from, to) && covers(declared, from + slack, to - slack);
}

/** Declared gaps of one device, those for every device included; gaps at most one period apart are one. */
export function declaredFor(history: History, device: number): IntervalSet {
  const name = history.devices[device];
  const own = history.events.filter((event) => event.kind === 'gap' && (event.device === null || event.device === name));
  return mergeIntervals(own as { fromMicros: number; toMicros: number }[], history.meta.terms.periodMs * 1000);
}

/** One device's readings in time. Cells just outside [from, to) stand for the time before the first and after the last. */
export interface Track {
  from: number;
  to: number;
  at(cell: number): number;
  /** The first cell whose reading was made after a moment. */
  firstAfter(micros: number): number;
  /** How far the stamp of a delivered reading is off, as far as the claims allow; 0 where there is none to tell. */
  stampError(cell: number): number;
}

export function trackOf(history: History, cells: Cells, device: number): Track {
  const from = cells.first[device]!;
  const to = cells.first[device + 1]!;
  const { atMicros } = history.readings;
  const { stampMicros } = history.deliveries;
  const allowedMicros = history.meta.terms.claims['time-within'] * 1000;
  const at = (cell: number) => (cell < from ? -Infinity : cell < to ? atMicros[cells.reading[cell]!]! : Infinity);
  const stampError = (cell: number) => {
    const row = cell < from || cell >= to ? -1 : cells.row[cell]!;
    const error = row < 0 ? NaN : Math.abs(stampMicros[row]! - at(cell));
    return Number.isNaN(error) ? 0 : Math.min(error, allowedMicros);
  };
  const firstAfter = (micros: number) => {
    let [low, high] = [from, to];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (at(middle) > micros) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return { from, to, at, firstAfter, stampError };
}

/** Calls `hole` with each two delivered cells next to each other that have anything missing or a long silence in between. */
function forEachHole(track: Track, marks: Uint8Array, gapAfterMicros: number, hole: (before: number, after: number) => void): void {
  let delivered = track.from - 1;
  for (let cell = track.from; cell < track.to; cell++) {
    if (!(marks[cell]! & DELIVERED)) continue;
    if (cell - delivered > 1 || track.at(cell) - track.at(delivered) > gapAfterMicros) hole(delivered, cell);
    delivered = cell;
  }
  if (track.from < track.to) hole(delivered, track.to);
}
