import type { HistoryEvent } from '../../simulator/recorder.ts';
import { duration, moment } from './words.ts';

/** Between two looks further apart than this, nobody saw what went on: what only a look could have told is undecided then. */
export const BLIND_MICROS = 1_000_000;

/**
 * When the harness looked at the readings of the outlet and could, in order of time. Plain data. Where `everyMicros` is not 0,
 * an entry stands for one look after the other, at every multiple of it from its beginning to its end.
 */
export interface Looks {
  fromMicros: Float64Array;
  toMicros: Float64Array;
  everyMicros: Float64Array;
  /** Looks that failed, in order of time, and why. */
  failed: { fromMicros: number; toMicros: number; why: string }[];
}

type Look = Extract<HistoryEvent, { kind: 'look' }>;

export function looksOf(events: readonly HistoryEvent[], of: Look['of']): Looks {
  const all = events.filter((event): event is Look => event.kind === 'look' && event.of === of).toSorted((a, b) => a.fromMicros - b.fromMicros);
  const good = all.filter(({ outcome }) => outcome === 'ok');
  return {
    fromMicros: Float64Array.from(good, ({ fromMicros }) => fromMicros),
    toMicros: Float64Array.from(good, ({ atMicros }) => atMicros),
    everyMicros: Float64Array.from(good, ({ everyMicros = 0 }) => everyMicros),
    failed: all.filter(({ outcome }) => outcome === 'failed').map(({ fromMicros, atMicros, detail = '' }) => ({ fromMicros, toMicros: atMicros, why: detail })),
  };
}

/**
 * What was first seen at a moment may have been there since the beginning of the last look before that did not show it: since
 * when? -Infinity if nobody had looked before.
 */
export function mayBeThereSince({ fromMicros, toMicros, everyMicros }: Looks, seenMicros: number): number {
  for (let look = lastBefore(fromMicros, seenMicros); look >= 0; look--) {
    const every = everyMicros[look]!;
    if (every === 0) {
      if (toMicros[look]! < seenMicros) return fromMicros[look]!;
      continue;
    }
    const last = Math.min(Math.ceil(seenMicros / every) - 1, Math.floor(toMicros[look]! / every)) * every;
    if (last >= fromMicros[look]!) return last;
  }
  return -Infinity;
}

/** When the first look ended that began after a moment: by then everything that was there at that moment was seen. Infinity if there is none. */
export function seenBy({ fromMicros, toMicros, everyMicros }: Looks, atMicros: number): number {
  const before = lastBefore(fromMicros, atMicros + 1e-3);
  const every = everyMicros[before] ?? 0;
  const next = every > 0 ? (Math.floor(atMicros / every) + 1) * every : Infinity;
  if (every > 0 && next <= toMicros[before]!) return next;
  const after = before + 1;
  if (after >= fromMicros.length) return Infinity;
  return everyMicros[after]! > 0 ? Math.ceil(fromMicros[after]! / everyMicros[after]!) * everyMicros[after]! : toMicros[after]!;
}

/** When the look began that was on its way at a moment; the moment itself if there is none. */
export function beganAt({ fromMicros, toMicros, everyMicros }: Looks, atMicros: number): number {
  const look = lastBefore(fromMicros, atMicros + 1e-3);
  return look >= 0 && everyMicros[look] === 0 && toMicros[look]! >= atMicros ? fromMicros[look]! : atMicros;
}

/** Why nobody saw what was at the outlet between two moments, in a sentence. */
export function blindness({ failed }: Looks, fromMicros: number, toMicros: number): string {
  const why = failed.find((look) => look.toMicros >= fromMicros && look.fromMicros <= toMicros)?.why;
  if (fromMicros === -Infinity) return `nobody had looked at the outlet before ${moment(toMicros)}`;
  return `the harness could not see the outlet for ${duration(toMicros - fromMicros)}, ${moment(fromMicros)}${why ? ` (${why})` : ''}`;
}

/** True if the outlet turned looks away in a time, and let none through. One that never answers is not turned away: the reader may be slow. */
export function wasTurnedAway({ toMicros, failed }: Looks, fromMicros: number, untilMicros: number): boolean {
  const inTime = (endMicros: number) => endMicros > fromMicros && endMicros <= untilMicros;
  return !toMicros.some(inTime) && failed.some((look) => inTime(look.toMicros) && look.toMicros - look.fromMicros < BLIND_MICROS);
}

/** The last look that began before a moment, or -1. */
function lastBefore(fromMicros: Float64Array, micros: number): number {
  let low = 0;
  let high = fromMicros.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (fromMicros[middle]! < micros) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
