import { z } from 'zod';
import { CLOCK_LIMITS, needsClock } from './clock-bite.ts';
import type { FaultKind } from './fault.ts';
import { skewClock } from './skew-fault.ts';

const params = z.strictObject({});

/** The clock chip has stopped, or what reads it has. */
export const frozen: FaultKind<'node', z.output<typeof params>> = {
  kind: 'frozen',
  family: 'clock',
  target: 'node',
  summary: "The node's wall clock stands still; it is set right at the end.",
  limits: CLOCK_LIMITS,
  params,
  unavailable: needsClock,
  apply: async (node, _, { clock }) => skewClock(node, (sinceMicros) => ({ offsetMicros: 0, rate: -1, sinceMicros }), clock),
};
