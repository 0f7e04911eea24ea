import type { Account } from './account.ts';
import { OUTLET_LOOK_MICROS } from './classify.ts';
import { inBlocks } from './in-blocks.ts';
import { touches, type IntervalSet } from './intervals.ts';

/** Names of the devices whose newest reading at the outlet is older than `withinMicros` at a moment. Nothing is walked before the first question. */
export function staleDevices(account: Account, withinMicros: number): (atMicros: number) => string[] {
  const { devices } = account.history;
  let fresh: ReturnType<typeof freshTimes> | undefined;
  return (atMicros) => {
    const times = (fresh ??= freshTimes(account, withinMicros));
    return devices.filter((_, device) => times[device] && !touches(times[device], atMicros - OUTLET_LOOK_MICROS, atMicros + OUTLET_LOOK_MICROS));
  };
}

/**
 * Per device that was read, the times in which its newest reading at the outlet was at most `withinMicros` old; what lies between is
 * stale. A reading made at L and seen at S makes its device fresh from S to L + within. Ends rise with n, so one walk
 * over all readings merges as it goes.
 */
function freshTimes({ history, match: { first, rowOf } }: Account, withinMicros: number): (IntervalSet | undefined)[] {
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
