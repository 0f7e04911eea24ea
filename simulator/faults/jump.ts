import { z } from 'zod';
import { CLOCK_LIMITS, needsClock } from './clock-bite.ts';
import { signedDuration } from './duration.ts';
import type { FaultKind } from './fault.ts';
import { skewClock } from './skew-fault.ts';

const params = z.strictObject({
  by: signedDuration.describe('How far the wall clock jumps, such as +1h or -90s. It jumps back at the end.'),
});
type Params = z.output<typeof params>;

/** Somebody sets the clock of a node, or its time server lies, and it is set right again at the end. */
export const jump: FaultKind<'node', Params> = {
  kind: 'jump',
  family: 'clock',
  target: 'node',
  summary: "The node's wall clock jumps, and jumps back at the end; its monotonic clock stays true.",
  limits: CLOCK_LIMITS,
  params,
  unavailable: needsClock,
  apply: async (node, { by }, { clock }) => skewClock(node, (sinceMicros) => ({ offsetMicros: by * 1000, rate: 0, sinceMicros }), clock),
};
