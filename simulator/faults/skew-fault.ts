import type { RunClock } from '../run-clock.ts';
import type { Skew } from '../clock/skewable-clock.ts';
import { clockBite, clockOf } from './clock-bite.ts';
import type { ActiveFault, Bite, FaultableNode } from './fault.ts';

/** Sets a node's clock off by one skew until it is healed; then its clock is set right again. */
export function skewClock(node: FaultableNode, skewFor: (nowMicros: number) => Skew, runClock: RunClock): ActiveFault {
  const clock = clockOf(node);
  const sinceMicros = runClock.nowMicros();
  const skew = skewFor(sinceMicros);
  clock.impose(skew);
  let final: Bite | undefined;
  const bite = () => final ?? clockBite(clock, skew, sinceMicros);
  return {
    bite,
    async heal() {
      final ??= bite();
      clock.lift(skew);
      if (clock.lift(skew)) throw new Error(`the clock of ${node.name} is still set off`);
    },
  };
}
