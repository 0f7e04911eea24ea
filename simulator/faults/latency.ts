import { z } from 'zod';
import { randomField } from '../random.ts';
import { transparent } from '../links/link-rule.ts';
import type { LinkRule, Way } from '../links/link-rule.ts';
import { Wake } from '../links/wake.ts';
import { duration } from './duration.ts';
import type { Bite, FaultKind } from './fault.ts';

const params = z.strictObject({
  by: duration.refine((ms) => ms <= 600_000, 'expected at most 10min').describe('How much later bytes arrive, each way that is affected.'),
  jitter: duration.refine((ms) => ms <= 600_000, 'expected at most 10min').default(0).describe('Up to this much is added, drawn from the seed.'),
  direction: z.enum(['both', 'to', 'from']).default('both').describe('`to`: towards what the link leads to; `from`: back.'),
});
type Params = z.output<typeof params>;

/** A long way, a satellite, a full queue: everything arrives, later. */
export const latency: FaultKind<'link', Params> = {
  kind: 'latency',
  family: 'link',
  target: 'link',
  summary: 'Bytes arrive later by a delay and a random jitter; their order stays.',
  limits:
    'The handshake of TCP is not delayed, nor are its acknowledgements: a sender is not slowed down by a small window. Bytes ' +
    'under way when the fault ends arrive at once. A delay is rounded up to the next millisecond.',
  params,
  async apply(link, { by, jitter, direction }, { clock, random }) {
    const wake = new Wake(clock, () => link.advance());
    /** The same bytes are asked about again and again, and must get the same answer: it hangs on when they arrived. */
    const noise = randomField(Math.floor(random() * 2 ** 32), 'latency');
    const affects = (way: Way) => direction === 'both' || direction === way;
    const delays = { count: 0, leastMicros: Infinity, mostMicros: 0 };
    const rule: LinkRule = {
      ...transparent,
      permits({ way, arrivedAtMicros }) {
        if (!affects(way)) return Infinity;
        const dueMicros = arrivedAtMicros + (by + noise(arrivedAtMicros) * jitter) * 1000;
        if (clock.nowMicros() >= dueMicros) return Infinity;
        wake.at(dueMicros);
        return 0;
      },
      passed({ way, arrivedAtMicros }) {
        if (!affects(way)) return;
        const tookMicros = clock.nowMicros() - arrivedAtMicros;
        delays.count++;
        delays.leastMicros = Math.min(delays.leastMicros, tookMicros);
        delays.mostMicros = Math.max(delays.mostMicros, tookMicros);
      },
    };
    link.impose(rule);
    const bite = (): Bite => {
      const { count, leastMicros, mostMicros } = delays;
      if (count === 0) return { proven: false, detail: 'no bytes came through meanwhile', numbers: {} };
      const [leastMs, mostMs] = [leastMicros / 1000, mostMicros / 1000];
      const detail = `${count} pieces arrived ${leastMs.toFixed(1)} ms to ${mostMs.toFixed(1)} ms late`;
      return { proven: leastMs >= by, detail, numbers: { delayedPieces: count, leastMs, mostMs } };
    };
    return {
      bite,
      async heal() {
        link.lift(rule);
        wake.stop();
        if (link.imposes(rule)) throw new Error(`link ${link.name} is still slow`);
      },
    };
  },
};
