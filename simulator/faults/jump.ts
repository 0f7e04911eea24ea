import { z } from 'zod';
import type { Bite, FaultKind } from './fault.ts';
import { signedDuration } from './duration.ts';

const params = z.strictObject({
  by: signedDuration.describe('How far the wall clock jumps, such as +1h or -90s. It jumps back at the end.'),
});
type Params = z.output<typeof params>;

const TOLERANCE_MICROS = 1_000_000;

/** Somebody sets the clock of a node, or its time server lies, and it is set right again at the end. */
export const jump: FaultKind<'node', Params> = {
  kind: 'jump',
  family: 'clock',
  target: 'node',
  summary: "The node's wall clock jumps, and jumps back at the end; its monotonic clock stays true.",
  limits:
    'Only the Date of Node.js programs is skewed, worker threads included: not the time stamps of files, not the clock ' +
    'of SQLite, not the contexts of node:vm that bring their own Date.',
  params,
  unavailable: (node) =>
    node.clock
      ? undefined
      : { reason: `the clock of ${node.name} cannot be skewed`, fix: 'say `runtime: node` if it is a Node.js program' },
  async apply(node, { by }, { clock: runClock }) {
    const { clock } = node;
    if (!clock) throw new Error(`the clock of ${node.name} cannot be skewed`);
    const byMicros = by * 1000;
    const aimedMicros = clock.offsetMicros + byMicros;
    const appliedAtMicros = runClock.nowMicros();
    clock.jump(aimedMicros);

    let final: Bite | undefined;
    const bite = (): Bite => {
      if (final) return final;
      const seen = clock.observed();
      if (!seen || seen.atMicros < appliedAtMicros) {
        return { proven: false, detail: 'the node did not look at its clock meanwhile', numbers: {} };
      }
      const { offsetMicros, pid, atMicros } = seen;
      return {
        proven: Math.abs(offsetMicros - aimedMicros) < TOLERANCE_MICROS,
        detail: `process ${pid} of the node found its clock ${(offsetMicros / 1e6).toFixed(3)} s off`,
        numbers: { offsetMs: offsetMicros / 1000, seenAfterMs: (atMicros - appliedAtMicros) / 1000, pid },
      };
    };
    return {
      bite,
      async heal() {
        if (final) return;
        final = bite();
        const healedMicros = clock.offsetMicros - byMicros;
        clock.jump(healedMicros);
        if (clock.offsetMicros !== healedMicros) throw new Error(`the clock of ${node.name} is still set off`);
      },
    };
  },
};
