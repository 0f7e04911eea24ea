import type { History } from '../history/history.ts';
import type { Match } from './match.ts';
import { ACKNOWLEDGED, DECLARED, DELIVERED } from './marks.ts';
import { inBlocks } from './in-blocks.ts';
import { covers, mergeIntervals, touches, type IntervalSet } from './intervals.ts';
import type { Timeline } from './timeline.ts';
import { trackOf, type Track } from './track.ts';

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
export function findMissing(history: History, match: Match, timeline: Timeline, marks: Uint8Array): UnreadInterval[] {
  const { periodMs, claims } = history.meta.terms;
  const gapAfterMicros = claims['gap-after'] * 1000;
  const unread: UnreadInterval[] = [];
  const declaredOf = declaredGaps(history);
  const tracks = new Map<number, { track: Track; declared: IntervalSet }>();
  const trackAndGaps = (device: number) => {
    const known = tracks.get(device) ?? { track: trackOf(history, match, device), declared: declaredOf(device) };
    tracks.set(device, known);
    return known;
  };

  forEachHole(history, match, marks, gapAfterMicros, (device, before, after) => {
    const { track, declared } = trackAndGaps(device);
    const slackMicros = periodMs * 1000 + Math.max(track.stampError(before), track.stampError(after));
    for (let place = before + 1; place < after; place++) {
      const at = track.at(place);
      const reading = match.order[place]!;
      if (marks[reading]! & ACKNOWLEDGED && touches(declared, at - slackMicros, at + slackMicros)) marks[reading]! |= DECLARED;
    }
    for (let place = before; place < after; place++) {
      const fromMicros = Math.max(track.at(place), timeline.window.fromMicros);
      const toMicros = Math.min(track.at(place + 1), timeline.window.toMicros);
      if (toMicros - fromMicros > gapAfterMicros) {
        unread.push({ device, fromMicros, toMicros, declared: isDeclared(declared, fromMicros, toMicros, slackMicros) });
      }
    }
  });
  return unread;
}

function isDeclared(declared: IntervalSet, from: number, to: number, slack: number): boolean {
  return touches(declared, from, to) && covers(declared, from + slack, to - slack);
}

/** Declared gaps by device, those for every device included; gaps at most one period apart are one. */
function declaredGaps({ devices, events, meta }: History): (device: number) => IntervalSet {
  const gaps = Map.groupBy(events.filter((event) => event.kind === 'gap'), ({ device }) => device);
  const own = (device: string | null) => gaps.get(device) ?? [];
  return (device) => mergeIntervals([...own(null), ...own(devices[device]!)], meta.terms.periodMs * 1000);
}

/**
 * Calls `hole` with the places of each two delivered readings next to each other, or the places just outside of the
 * device's readings, that have anything missing or a long silence between them.
 */
function forEachHole(
  history: History, { order, first }: Match, marks: Uint8Array, gapAfterMicros: number, hole: (device: number, before: number, after: number) => void,
): void {
  const holeBefore = (device: number, after: number) => {
    let before = after - 1;
    while (before >= first[device]! && !(marks[order[before]!]! & DELIVERED)) before--;
    hole(device, before, after);
  };
  for (const reading of readingsAfterHoles(history, marks, gapAfterMicros)) {
    const device = history.readings.device[reading]!;
    holeBefore(device, placeOf(reading, order, first[device]!, first[device + 1]!));
  }
  for (let device = 0; device < history.devices.length; device++) {
    if (first[device] !== first[device + 1]) holeBefore(device, first[device + 1]!);
  }
}

/** One walk over all readings: those that are delivered after something missing, after a long silence, or as the first of their device. */
function readingsAfterHoles({ devices, readings: { rows, device, atMicros } }: History, marks: Uint8Array, gapAfterMicros: number): number[] {
  const isDelivered = DELIVERED;
  const found: number[] = [];
  const expectedBy = new Float64Array(devices.length).fill(-Infinity);
  inBlocks(rows, (from, to) => {
    for (let reading = from; reading < to; reading++) {
      const d = device[reading]!;
      if (!(marks[reading]! & isDelivered)) {
        expectedBy[d] = -Infinity;
        continue;
      }
      const at = atMicros[reading]!;
      if (at > expectedBy[d]!) found.push(reading);
      expectedBy[d] = at + gapAfterMicros;
    }
  });
  return found;
}

/** Where a reading stands in [low, high) of `order`, which rises there. */
function placeOf(reading: number, order: Uint32Array, low: number, high: number): number {
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (order[middle]! < reading) low = middle + 1;
    else high = middle;
  }
  return low;
}
