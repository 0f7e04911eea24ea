import type { Recorder } from '../../simulator/recorder.ts';
import type { RunClock } from '../../simulator/run-clock.ts';
import type { ProcessNode } from '../nodes/process-node.ts';
import type { Outlet } from '../outlets/outlet.ts';
import { until } from './wait.ts';

/** How long an outlet that does not answer is asked again: a node may be on its way back. */
const ASK_AGAIN_MS = 5000;

/** Asks every node once more whether it serves, and writes everything that is at the outlet into the record. */
export async function finalRead(
  { outlet, nodes, recorder, clock, signal }: { outlet: Outlet; nodes: readonly ProcessNode[]; recorder: Recorder; clock: RunClock; signal: AbortSignal },
): Promise<void> {
  for (const node of nodes) {
    const state = (await node.serves()) ? 'serving' : 'unreachable';
    recorder.event({ kind: 'node', atMicros: clock.nowMicros(), node: node.name, state });
  }
  let why = '';
  const readable = await until(
    async () => {
      try {
        const { deliveries, unreadable, gaps, health } = await outlet.readAll();
        for (const delivery of deliveries) recorder.delivery(delivery);
        for (const odd of unreadable) recorder.event({ kind: 'unreadable-row', atMicros: clock.nowMicros(), ...odd });
        for (const gap of gaps) recorder.event(gap);
        if (health) recorder.event(health);
        return true;
      } catch (error) {
        why = (error as Error).message;
        return false;
      }
    },
    { withinMs: ASK_AGAIN_MS, everyMs: 250, signal },
  );
  if (!readable) recorder.event({ kind: 'outlet-unreadable', atMicros: clock.nowMicros(), why });
}
