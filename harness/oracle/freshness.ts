import type { Account } from './account.ts';
import { OUTLET_LOOK_MICROS } from './classify.ts';
import { DELIVERED } from './marks.ts';
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
function freshTimes({ history, match, marks }: Account, withinMicros: number): (IntervalSet | undefined)[] {
  const fresh = history.devices.map((_, device): IntervalSet | undefined => (match.first[device] === match.first[device + 1] ? undefined : []));
  const { device, atMicros, rows } = history.readings;
  for (let reading = 0; reading < rows; reading++) {
    if (!(marks.readings[reading]! & DELIVERED)) continue;
    const to = atMicros[reading]! + withinMicros;
    let from = history.deliveries.seenAtMicros[match.rowOf[reading]!]!;
    if (from > to) continue;
    const own = fresh[device[reading]!]!;
    while (own.length > 0 && from <= own.at(-1)!) {
      own.pop();
      from = Math.min(from, own.pop()!);
    }
    own.push(from, to);
  }
  return fresh;
}
