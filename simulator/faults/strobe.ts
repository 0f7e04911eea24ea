import { z } from 'zod';
import type { Skew } from '../clock/skewable-clock.ts';
import { CLOCK_LIMITS, agrees, clockOf, needsClock, unreachedIn, useInNumbers, useInWords } from './clock-bite.ts';
import { interval, signedDuration } from './duration.ts';
import type { Bite, FaultKind } from './fault.ts';

const params = z.strictObject({
  by: signedDuration.describe('How far the wall clock jumps and back again, such as +1h or -90s.'),
  every: interval.refine((ms) => ms >= 20, 'expected at least 20ms').describe('How long it takes from one jump to the next one in the same direction.'),
});
type Params = z.output<typeof params>;

/** Two time services fight over one clock: each sets it to what it believes, again and again. */
export const strobe: FaultKind<'node', Params> = {
  kind: 'strobe',
  family: 'clock',
  target: 'node',
  summary: "The node's wall clock jumps back and forth; it is right at the end.",
  limits: CLOCK_LIMITS,
  params,
  unavailable: needsClock,
  async apply(node, { by, every }, { clock: runClock }) {
    const clock = clockOf(node);
    const sinceMicros = runClock.nowMicros();
    const skew: Skew = { offsetMicros: by * 1000, rate: 0, sinceMicros };
    const jumpsAtMicros: number[] = [];
    const swing = () => {
      jumpsAtMicros.push(runClock.nowMicros());
      if (jumpsAtMicros.length % 2 === 1) clock.impose(skew);
      else clock.lift(skew);
    };
    swing();
    const timer = setInterval(swing, every / 2);
    let final: Bite | undefined;
    const bite = (): Bite => {
      if (final) return final;
      const right = clock.observations(sinceMicros).filter((seen) => agrees(seen));
      const isOff = (atMicros: number) => jumpsAtMicros.filter((it) => it <= atMicros).length % 2 === 1;
      const seenJumps = right.filter(({ atMicros }, index) => index === 0 || isOff(atMicros) !== isOff(right[index - 1]!.atMicros)).length;
      const use = clock.use?.(sinceMicros);
      const beyond = clock.obstacle ?? (use && unreachedIn(use));
      const seen = use ? `what the node is told jumped ${seenJumps} of these; ${useInWords(use)}` : `the node itself saw ${seenJumps} of that`;
      const numbers = { jumps: jumpsAtMicros.length, seenJumps, ...useInNumbers(use) };
      return { proven: seenJumps >= 3 && !beyond, detail: beyond ?? `the clock jumped ${jumpsAtMicros.length} times, and ${seen}`, numbers };
    };
    return {
      bite,
      async heal() {
        final ??= bite();
        clearInterval(timer);
        clock.lift(skew);
        if (clock.lift(skew)) throw new Error(`the clock of ${node.name} is still set off`);
      },
    };
  },
};
