import type { History } from '../history/history.ts';
import { accountOf } from '../oracle/account.ts';
import { Doubts } from '../oracle/doubts.ts';
import { drains } from '../oracle/guarantees/drains.ts';

/** What the record of a run shows of its pipeline. */
export interface Measured {
  machines: number;
  /** The median time from one reading of a machine to its next. */
  periodMs: number;
  /** As the guarantee `drains` measures it. Undefined if nothing had piled up in that run. */
  drainReadingsPerSecond: number | undefined;
}

/** Undefined if no machine was read twice in it. */
export function measuredIn(history: History): Measured | undefined {
  const periodMs = medianPeriodMs(history);
  if (periodMs === undefined) return undefined;
  const { drainReadingsPerSecond } = drains.check(accountOf(history), new Doubts()).numbers;
  return { machines: history.devices.length, periodMs, drainReadingsPerSecond: drainReadingsPerSecond === undefined ? undefined : Number(drainReadingsPerSecond) };
}

function medianPeriodMs({ devices, readings: { rows, device, atMicros } }: History): number | undefined {
  const last = new Float64Array(devices.length).fill(NaN);
  const periods = new Float64Array(rows);
  let found = 0;
  for (let reading = 0; reading < rows; reading++) {
    const since = atMicros[reading]! - last[device[reading]!]!;
    if (since > 0) periods[found++] = since;
    last[device[reading]!] = atMicros[reading]!;
  }
  return found === 0 ? undefined : Math.max(1, Math.round(periods.subarray(0, found).toSorted()[found >> 1]! / 1000));
}
