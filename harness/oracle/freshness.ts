import type { HistoryEvent } from '../../simulator/recorder.ts';
import type { History, Terms } from '../history/history.ts';
import { inBlocks } from './in-blocks.ts';
import { endBefore, touches, type IntervalSet } from './intervals.ts';
import { beganAt, blindness, BLIND_MICROS, looksOf, mayBeThereSince, seenBy } from './looks.ts';
import type { Pairs } from './match.ts';

/** How old the newest reading of a device may be before its data is stale. */
export function staleWithinMs({ claims }: Terms): number {
  return claims['stale-within'] ?? 10_000;
}

/** What was stale at a moment. */
export interface Staleness {
  /** Devices, and since when their data was stale: -Infinity if it was never fresh. */
  devices: { device: number; sinceMicros: number }[];
  /** Why it is not sure, in a sentence: nobody could see then what was there. */
  blind: string | undefined;
}

/** True for a question about its health that the pipeline did not answer. */
export function isUnanswered(event: HistoryEvent): boolean {
  return event.kind === 'look' && event.of === 'health' && event.outcome === 'failed';
}

/** By the moment at which the pipeline was asked about itself, answered or not: what was stale then, if anything. */
export function staleWhenAsked(history: History, pairs: Pairs): Map<number, Staleness> {
  const asked = new Set(history.events.flatMap((event) => (event.kind === 'health' || isUnanswered(event) ? event.atMicros : [])));
  const stale = new Map<number, Staleness>();
  if (asked.size === 0) return stale;
  const looks = looksOf(history.events, 'readings');
  const asks = looksOf(history.events, 'health');
  const fresh = freshTimes(history, pairs, staleWithinMs(history.meta.terms) * 1000);
  for (const atMicros of asked) {
    const seenMicros = seenBy(looks, atMicros);
    const isBlind = seenMicros - atMicros > BLIND_MICROS;
    const devices = staleAt(fresh, beganAt(asks, atMicros), isBlind ? atMicros : seenMicros);
    if (devices.length === 0) continue;
    stale.set(atMicros, { devices, blind: isBlind ? blindness(looks, mayBeThereSince(looks, atMicros), seenMicros) : undefined });
  }
  return stale;
}

/**
 * What was stale from the moment the pipeline was asked to when whatever it had then was seen: the answer may be as old as the
 * question, and what was there is seen at the next look.
 */
function staleAt(fresh: (IntervalSet | undefined)[], askedMicros: number, seenMicros: number): Staleness['devices'] {
  const stale: Staleness['devices'] = [];
  for (const [device, times] of fresh.entries()) {
    if (times && !touches(times, askedMicros, seenMicros)) stale.push({ device, sinceMicros: endBefore(times, askedMicros) });
  }
  return stale;
}

/**
 * Per device that was read, the times in which its newest reading at the outlet was at most `withinMicros` old; what lies between is
 * stale. A reading made at L and seen at S makes its device fresh from S to L + within. Ends rise with n, so one walk
 * over all readings merges as it goes.
 */
function freshTimes(history: History, { first, rowOf }: Pairs, withinMicros: number): (IntervalSet | undefined)[] {
  const fresh = history.devices.map((_, d): IntervalSet | undefined => (first[d] === first[d + 1] ? undefined : []));
  // The last span of each device, which grows.
  const lastFrom = new Float64Array(fresh.length);
  const lastTo = new Float64Array(fresh.length).fill(-Infinity);
  const { device, atMicros, rows } = history.readings;
  const { seenAtMicros } = history.deliveries;
  inBlocks(rows, (from, to) => {
    for (let reading = from; reading < to; reading++) {
      const row = rowOf[reading]!;
      if (row < 0) continue;
      const d = device[reading]!;
      const seen = seenAtMicros[row]!;
      const until = atMicros[reading]! + withinMicros;
      if (seen > until) continue;
      if (seen > lastTo[d]! || seen < lastFrom[d]!) beginAt(d, seen);
      lastTo[d] = until;
    }
  });
  for (const [d, own] of fresh.entries()) if (lastTo[d]! > -Infinity) own!.push(lastFrom[d]!, lastTo[d]!);
  return fresh;

  /** Closes the last span, or takes it and those before it into one that begins earlier. */
  function beginAt(d: number, seen: number): void {
    const own = fresh[d]!;
    if (lastTo[d]! > -Infinity) own.push(lastFrom[d]!, lastTo[d]!);
    lastFrom[d] = seen;
    while (own.length > 0 && seen <= own.at(-1)!) {
      own.pop();
      lastFrom[d] = Math.min(lastFrom[d]!, own.pop()!);
    }
  }
}
