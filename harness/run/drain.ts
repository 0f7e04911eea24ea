import type { Claims } from '../../scenarios/schema/pipeline.ts';
import type { RunClock } from '../../simulator/run-clock.ts';
import { STILL_MICROS } from '../oracle/outstanding.ts';
import type { Flow } from './flow.ts';
import { until } from './wait.ts';

/** How long nothing old may have arrived before the drain counts as over: late duplicates and gap records get their chance. */
const QUIET_MICROS = 1_500_000;
/** A stall may be felt for several times as long: the oracle does not charge it to the pipeline, and could not decide. */
const STILL_FELT = 5;
/** On a machine without any time left for the harness, waiting does not help. */
const LONGEST_EXTENSION_MICROS = 20_000_000;
/** It asks every 50 ms: so long after the last time, it was not given its turn. */
const STOOD_STILL_MICROS = 250_000;
/** A little more than the claim's time, for the look that shows it. */
const MARGIN_MICROS = 750_000;

/** Until when which question is open. */
export interface DrainBounds {
  /** Every device has to be live again by then. */
  recoveredByMicros: number;
  /** What is missing has to be there by then. */
  drainedByMicros: number;
  /** Nothing is waited for longer than this. */
  latestMicros: number;
}

/** @param longerMs is how much longer than it claims a pipeline is waited for that still delivers or says that it still holds something. */
export function drainBounds(healMicros: number, claims: Pick<Claims, 'recovers-within' | 'drains-within'>, longerMs: number): DrainBounds {
  const recoveredByMicros = healMicros + claims['recovers-within'] * 1000 + MARGIN_MICROS;
  const drainedByMicros = healMicros + claims['drains-within'] * 1000 + MARGIN_MICROS;
  return { recoveredByMicros, drainedByMicros, latestMicros: Math.max(recoveredByMicros, drainedByMicros) + longerMs * 1000 };
}

function later({ recoveredByMicros, drainedByMicros, latestMicros }: DrainBounds, byMicros: number): DrainBounds {
  return { recoveredByMicros: recoveredByMicros + byMicros, drainedByMicros: drainedByMicros + byMicros, latestMicros: latestMicros + byMicros };
}

/** What the drain goes by. */
export type DrainView = Pick<Flow, 'allLive' | 'saysItHolds' | 'lastOldArrivalAtMicros'>;

/**
 * Whether nothing more can come that would change a verdict: every device is live again or had the time that it claims,
 * and what is missing had the time as well, is not said to be on its way, and nothing old arrives any more.
 * @param missing acknowledged readings of the window that have not arrived.
 */
export function isDrained({ allLive, saysItHolds, lastOldArrivalAtMicros }: DrainView, missing: number, nowMicros: number, bounds: DrainBounds): boolean {
  if (nowMicros >= bounds.latestMicros) return true;
  if (!allLive && nowMicros < bounds.recoveredByMicros) return false;
  const quietMicros = nowMicros - lastOldArrivalAtMicros;
  if (missing === 0) return quietMicros >= QUIET_MICROS;
  return nowMicros >= bounds.drainedByMicros && !saysItHolds && quietMicros >= STILL_MICROS;
}

/** Waits until nothing more can come. Time in which the harness stood still is given again: nothing could come through its links. */
export async function drain(flow: Flow, clock: RunClock, window: { fromMicros: number; toMicros: number }, bounds: DrainBounds, signal: AbortSignal): Promise<void> {
  let completeSinceMicros: number | undefined;
  let askedMicros = clock.nowMicros();
  let resumedMicros = -Infinity;
  let stoodMicros = 0;
  await until(() => {
    const nowMicros = clock.nowMicros();
    if (nowMicros - askedMicros > STOOD_STILL_MICROS) [stoodMicros, resumedMicros] = [stoodMicros + nowMicros - askedMicros, nowMicros];
    askedMicros = nowMicros;
    const missing = flow.outstandingIn(window);
    completeSinceMicros = missing > 0 ? undefined : completeSinceMicros ?? nowMicros;
    if (completeSinceMicros !== undefined && nowMicros - completeSinceMicros < QUIET_MICROS) return false;
    const { allLive, saysItHolds } = flow;
    const lastOldArrivalAtMicros = Math.max(flow.lastOldArrivalAtMicros, resumedMicros);
    const feltMicros = Math.min(flow.stoodStillMicros * STILL_FELT, LONGEST_EXTENSION_MICROS);
    return isDrained({ allLive, saysItHolds, lastOldArrivalAtMicros }, missing, nowMicros, later(bounds, Math.max(stoodMicros, feltMicros)));
  }, { withinMs: Infinity, signal });
}
