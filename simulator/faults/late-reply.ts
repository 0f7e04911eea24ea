import { z } from 'zod';
import { transparent } from '../links/link-rule.ts';
import type { LinkRule } from '../links/link-rule.ts';
import { Wake } from '../links/wake.ts';
import { duration } from './duration.ts';
import type { FaultKind } from './fault.ts';

const params = z.strictObject({
  by: duration.refine((ms) => ms > 0 && ms <= 600_000, 'expected more than 0 and at most 10min').describe("How late a reply is: longer than the client's timeout."),
  every: z.int().min(1).max(1_000_000).default(10).describe('Which replies are late: 10 is every tenth of the link, 1 is every one.'),
});
type Params = z.output<typeof params>;

/** A busy controller answers when its client has given up: who takes a late answer for the next one reads the past. */
export const lateReply: FaultKind<'link', Params> = {
  kind: 'late-reply',
  family: 'link',
  target: 'link',
  summary: "Every nth reply of Modbus comes later than its client's timeout, in front of the next one.",
  limits: 'A reply that comes on a connection which its client has closed meanwhile reaches nobody.',
  params,
  unavailable: (link) =>
    link.protocol === 'modbus' ? undefined : { reason: `nobody speaks Modbus over ${link.name}`, fix: 'aim it at a link that leads to the plant' },
  async apply(link, { by, every }, { clock }) {
    const wake = new Wake(clock, () => link.advance());
    let replies = 0;
    let lateReplies = 0;
    const rule: LinkRule = {
      ...transparent,
      frame({ way }) {
        if (way !== 'from' || ++replies % every !== 0) return undefined;
        lateReplies++;
        const untilMicros = clock.nowMicros() + by * 1000;
        return {
          passes() {
            if (clock.nowMicros() >= untilMicros) return true;
            wake.at(untilMicros);
            return false;
          },
        };
      },
    };
    link.impose(rule);
    return {
      bite: () => ({
        proven: lateReplies > 0,
        detail: `${lateReplies} of ${replies} replies were held back for ${by} ms`,
        numbers: { lateReplies, replies },
      }),
      async heal() {
        link.lift(rule);
        wake.stop();
        if (link.imposes(rule)) throw new Error(`link ${link.name} still holds replies back`);
      },
    };
  },
};
