import type { History, Terms } from '../history/history.ts';
import { OUTLET_LOOK_MICROS } from './classify.ts';
import { inBlocks } from './in-blocks.ts';
import { touches, type IntervalSet } from './intervals.ts';
import type { Pairs } from './match.ts';

/** How old the newest reading of a device may be before its data is stale. */
export function staleWithinMs({ claims }: Terms): number {
  return claims['stale-within'] ?? 10_000;
}

/** By the moment at which the pipeline was asked about itself: the devices whose data was stale then, if any. */
export function staleWhenAsked(history: History, pairs: Pairs): Map<number, number[]> {
  const asked = new Set(history.events.flatMap(({ kind, atMicros }) => (kind === 'health' ? atMicros : [])));
  const stale = new Map<number, number[]>();
  if (asked.size === 0) return stale;
  const fresh = freshTimes(history, pairs, staleWithinMs(history.meta.terms) * 1000);
  for (const atMicros of asked) {
    const devices = staleAt(fresh, atMicros);
    if (devices.length > 0) stale.set(atMicros, devices);
  }
  return stale;
}

/** The outlet is looked at now and then: what is fresh a look earlier or later may be fresh now. */
function staleAt(fresh: (IntervalSet | undefined)[], atMicros: number): number[] {
  const stale: number[] = [];
  for (const [device, times] of fresh.entries()) {
    if (times && !touches(times, atMicros - OUTLET_LOOK_MICROS, atMicros + OUTLET_LOOK_MICROS)) stale.push(device);
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
