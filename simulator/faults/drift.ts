import { z } from 'zod';
import { CLOCK_LIMITS, needsClock } from './clock-bite.ts';
import type { FaultKind } from './fault.ts';
import { skewClock } from './skew-fault.ts';

const params = z.strictObject({
  rate: z
    .number()
    .min(0.1)
    .max(10)
    .refine((rate) => rate !== 1, 'expected a rate that is not 1, such as 1.001')
    .describe('How fast the wall clock goes: 1.001 gains 3.6 s an hour, 0.9999 loses 8.6 s a day. It is set right at the end.'),
});
type Params = z.output<typeof params>;

/** A worn crystal, a hot cabinet, a virtual machine that misses its ticks. */
export const drift: FaultKind<'node', Params> = {
  kind: 'drift',
  family: 'clock',
  target: 'node',
  summary: "The node's wall clock goes too fast or too slow; it is set right at the end.",
  limits: `${CLOCK_LIMITS} A drift of less than 4 ms altogether cannot be seen, and then nothing is proven.`,
  params,
  unavailable: needsClock,
  apply: async (node, { rate }, { clock }) => skewClock(node, (sinceMicros) => ({ offsetMicros: 0, rate: rate - 1, sinceMicros }), clock),
};
