import { clockBite } from '../faults/clock-bite.ts';
import type { Bite, FaultableNode } from '../faults/fault.ts';
import type { RunClock } from '../run-clock.ts';

/**
 * Boots a node with its clock this far off, and sets it right once it serves, as its time service would. `booted` is
 * called with the proof that it was off, right before that.
 */
export async function bootWithClockOff(node: FaultableNode, offMs: number, clock: RunClock, booted: (clockWasOff: Bite) => void): Promise<void> {
  const skew = { offsetMicros: offMs * 1000, rate: 0, sinceMicros: clock.nowMicros() };
  node.clock!.impose(skew);
  try {
    await node.boot();
  } finally {
    booted(clockBite(node.clock!, skew, skew.sinceMicros));
    node.clock!.lift(skew);
  }
}
