import type { FaultableNode } from '../faults/fault.ts';
import type { RunClock } from '../run-clock.ts';

/** Boots a node with its clock this far off, and sets it right once it serves, as its time service would. */
export async function bootWithClockOff(node: FaultableNode, offMs: number, clock: RunClock): Promise<void> {
  const skew = { offsetMicros: offMs * 1000, rate: 0, sinceMicros: clock.nowMicros() };
  node.clock!.impose(skew);
  try {
    await node.boot();
  } finally {
    node.clock!.lift(skew);
  }
}
