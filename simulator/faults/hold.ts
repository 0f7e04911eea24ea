import { z } from 'zod';
import { seesKernelQueues, unreadBytes } from '../links/kernel-queue.ts';
import { transparent } from '../links/link-rule.ts';
import type { LinkRule, Way } from '../links/link-rule.ts';
import type { Bite, FaultKind } from './fault.ts';

const params = z.strictObject({
  direction: z
    .enum(['both', 'to', 'from'])
    .default('to')
    .describe('`to`: what the link leads to stops reading; `from`: the node does; `both`: neither reads.'),
});
type Params = z.output<typeof params>;

/** The other end is up and connected, but does not read: its program hangs, or its disk does. */
export const hold: FaultKind<'link', Params> = {
  kind: 'hold',
  family: 'link',
  target: 'link',
  summary: 'The receiver stops reading: what is sent piles up in the kernel until the sender is held back.',
  limits:
    "The sender first fills the kernel's buffers of this machine, some hundred KiB to some MiB per connection; only then do its " +
    'writes block. Connections are accepted and dialled through. An end of connection is not noticed before the hold is over.',
  params,
  unavailable: () =>
    seesKernelQueues ? undefined : { reason: 'this machine does not tell what lies unread in its sockets', fix: 'run on Linux' },
  async apply(link, { direction }) {
    const ways: Way[] = direction === 'both' ? ['to', 'from'] : [direction];
    const rule: LinkRule = { ...transparent, reads: (way) => !ways.includes(way) };
    const before = link.traffic;
    link.impose(rule);
    let final: Bite | undefined;
    const bite = (): Bite => {
      if (final) return final;
      const unread = ways.reduce((bytes, way) => bytes + unreadBytes(link.portsRead(way)), 0);
      const now = link.traffic;
      const readBytes = ways.reduce((bytes, way) => bytes + now.arrivedBytes[way] - before.arrivedBytes[way], 0);
      const detail = `${unread} bytes lay unread in the kernel, ${readBytes} bytes were read`;
      return { proven: unread > 0 && readBytes === 0, detail, numbers: { unreadBytes: unread, readBytes } };
    };
    return {
      bite,
      async heal() {
        final ??= bite();
        link.lift(rule);
        if (link.imposes(rule)) throw new Error(`link ${link.name} is still held`);
      },
    };
  },
};
