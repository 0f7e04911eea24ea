import { z } from 'zod';
import type { Skew } from '../clock/skewable-clock.ts';
import { CLOCK_LIMITS, clockBite, clockOf, needsClock } from './clock-bite.ts';
import type { Bite, FaultKind } from './fault.ts';

const EXPECTED = 'expected a date such as 1970-01-01 or 2020-01-01T00:00:00Z';

const params = z.strictObject({
  to: z
    .string({ error: EXPECTED })
    .regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z)?$/, EXPECTED)
    .refine((text) => !Number.isNaN(Date.parse(text)), EXPECTED)
    .default('1970-01-01')
    .describe('What the wall clock says at each boot, in UTC: 1970, or the day on which the image was built.'),
});
type Params = z.output<typeof params>;

/** No battery behind the clock: the node boots into the past, until a time server is found at the end. */
export const resetAtBoot: FaultKind<'node', Params> = {
  kind: 'reset-at-boot',
  family: 'clock',
  target: 'node',
  summary: "Whenever the node boots meanwhile, its wall clock starts at a date long past; it is set right at the end.",
  limits: `${CLOCK_LIMITS} It does nothing until the node boots: combine it with a crash, a stop or a power cut.`,
  params,
  unavailable: needsClock,
  async apply(node, { to }, { clock: runClock }) {
    const clock = clockOf(node);
    let skew: Skew | undefined;
    let bootedAtMicros = 0;
    const forget = clock.onBoot(() => {
      if (skew) clock.lift(skew);
      bootedAtMicros = runClock.nowMicros();
      const rightMicros = runClock.wallAnchorMicros + bootedAtMicros;
      skew = { offsetMicros: Date.parse(to) * 1000 - rightMicros - clock.offsetMicros, rate: 0, sinceMicros: bootedAtMicros };
      clock.impose(skew);
    });
    let final: Bite | undefined;
    const bite = (): Bite =>
      final ?? (skew ? clockBite(clock, skew, bootedAtMicros) : { proven: false, detail: 'the node did not boot meanwhile', numbers: {} });
    return {
      bite,
      async heal() {
        final ??= bite();
        forget();
        if (!skew) return;
        clock.lift(skew);
        if (clock.lift(skew)) throw new Error(`the clock of ${node.name} is still set off`);
      },
    };
  },
};
