import type { Recorder } from '../../simulator/recorder.ts';
import type { RunClock } from '../../simulator/run-clock.ts';
import type { ProcessNode } from '../nodes/process-node.ts';
import type { FinalRead, Outlet } from '../outlets/outlet.ts';
import { LimitProblem } from '../outlets/part.ts';
import { recordLook } from './record-look.ts';
import { until } from './wait.ts';

/** How long an outlet that does not answer is asked again: a node may be on its way back. */
const ASK_AGAIN_MS = 5000;

/**
 * Asks every node once more whether it serves, and writes everything that is at the outlet into the record.
 * Rejects with the signal's reason as soon as it is aborted, in the middle of a read as well.
 */
export async function finalRead(
  { outlet, nodes, recorder, clock, signal }: { outlet: Outlet; nodes: readonly Pick<ProcessNode, 'name' | 'serves'>[]; recorder: Recorder; clock: RunClock; signal: AbortSignal },
): Promise<void> {
  for (const node of nodes) {
    signal.throwIfAborted();
    const state = (await node.serves()) ? 'serving' : 'unreachable';
    recorder.event({ kind: 'node', atMicros: clock.nowMicros(), node: node.name, state });
  }
  let found: FinalRead | undefined;
  let why: Error | undefined;
  await until(
    async () => {
      try {
        found = await recordLook(() => outlet.readAll(signal), recorder, clock);
      } catch (error) {
        signal.throwIfAborted();
        why = error as Error;
      }
      return found !== undefined || why instanceof LimitProblem;
    },
    { withinMs: ASK_AGAIN_MS, everyMs: 250, signal },
  );
  const atMicros = clock.nowMicros();
  if (!found) return recorder.event({ kind: 'outlet-unreadable', atMicros, why: why!.message });
  for (const delivery of found.deliveries) recorder.delivery(delivery);
  for (const odd of found.unreadable) recorder.event({ kind: 'unreadable-row', atMicros, ...odd });
  for (const gap of found.gaps) recorder.event(gap);
  if (found.health) recorder.event(found.health);
  if (found.healthProblem) recorder.event({ kind: 'not-tested', atMicros, what: 'health in the end', reason: found.healthProblem.message, fix: found.healthProblem.hint ?? 'Let outlet.health answer at once' });
}
