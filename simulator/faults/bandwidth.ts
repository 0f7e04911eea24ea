import { z } from 'zod';
import { transparent } from '../links/link-rule.ts';
import type { LinkRule, Way } from '../links/link-rule.ts';
import { TokenBucket } from '../links/token-bucket.ts';
import { Wake } from '../links/wake.ts';
import { dataRate } from './data-rate.ts';
import type { Bite, FaultKind } from './fault.ts';

const params = z.strictObject({
  rate: dataRate.describe('How much passes at most, each way by itself, over all connections of the link together; such as 64kbit/s.'),
  direction: z.enum(['both', 'to', 'from']).default('both').describe('`to`: towards what the link leads to; `from`: back.'),
});
type Params = z.output<typeof params>;

/** A modem, an overbooked cell, a shared line: everything arrives, as fast as the line allows. */
export const bandwidth: FaultKind<'link', Params> = {
  kind: 'bandwidth',
  family: 'link',
  target: 'link',
  summary: 'Only so many bits per second pass; what comes faster waits, and holds its sender back.',
  limits:
    'Up to 256 KiB per connection and direction wait in the link, as in the buffer of a router that drops nothing. The ' +
    'headers of TCP and IP are not counted.',
  params,
  async apply(link, { rate, direction }, { clock }) {
    const wake = new Wake(clock, () => link.advance());
    const ways: Way[] = direction === 'both' ? ['to', 'from'] : [direction];
    const buckets = Object.fromEntries(ways.map((way) => [way, new TokenBucket(rate, clock)])) as Partial<Record<Way, TokenBucket>>;
    const startMicros = clock.nowMicros();
    const passedBytes = { to: 0, from: 0 };
    let waits = 0;
    const rule: LinkRule = {
      ...transparent,
      permits({ way, bytes }) {
        const answer = buckets[way]?.ask(bytes) ?? { bytes: Infinity };
        if ('bytes' in answer) return answer.bytes;
        waits++;
        wake.at(answer.untilMicros);
        return 0;
      },
      passed({ way }, bytes) {
        buckets[way]?.spend(bytes);
        passedBytes[way] += bytes;
      },
    };
    link.impose(rule);
    let final: Bite | undefined;
    const bite = (): Bite => {
      if (final) return final;
      const bytesPerSecond = Math.max(...ways.map((way) => passedBytes[way])) / ((clock.nowMicros() - startMicros) / 1e6);
      const detail = `${Math.round(bytesPerSecond)} bytes/s passed where ${rate} bytes/s are allowed; something had to wait ${waits} times`;
      return { proven: waits > 0 && bytesPerSecond <= rate * 1.05, detail, numbers: { bytesPerSecond, waits } };
    };
    return {
      bite,
      async heal() {
        final ??= bite();
        link.lift(rule);
        wake.stop();
        if (link.imposes(rule)) throw new Error(`link ${link.name} is still narrow`);
      },
    };
  },
};
