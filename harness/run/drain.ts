import type { RunClock } from '../../simulator/run-clock.ts';
import type { Flow } from './flow.ts';
import { until } from './wait.ts';

/** How long nothing old may have arrived before the drain counts as over: late duplicates and gap records get their chance. */
const QUIET_MS = 1500;

/**
 * Waits until every acknowledged reading of the window has arrived and nothing old arrives any more.
 * Resolves to whether that came true within the bound; a pipeline that lost something takes all of it.
 */
export function drain(
  flow: Flow,
  clock: RunClock,
  window: { fromMicros: number; toMicros: number },
  bound: { withinMs: number; signal: AbortSignal },
): Promise<boolean> {
  let completeSinceMs: number | undefined;
  return until(() => {
    if (flow.outstandingIn(window) > 0) {
      completeSinceMs = undefined;
      return false;
    }
    completeSinceMs ??= performance.now();
    const quietMs = (clock.nowMicros() - flow.lastOldArrivalAtMicros) / 1000;
    return performance.now() - completeSinceMs >= QUIET_MS && quietMs >= QUIET_MS;
  }, bound);
}
