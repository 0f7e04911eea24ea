import { z } from 'zod';
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
    "The sender first fills the socket and the kernel's buffers of this machine, some hundred KiB to some MiB per connection; " +
    'only then do its writes block. Connections are accepted and dialled through. An end of connection is not noticed before the hold is over.',
  params,
  async apply(link, { direction }) {
    const ways: Way[] = direction === 'both' ? ['to', 'from'] : [direction];
    const rule: LinkRule = { ...transparent, reads: (way) => !ways.includes(way) };
    const sum = (bytesOf: (way: Way) => number) => ways.reduce((bytes, way) => bytes + bytesOf(way), 0);
    link.impose(rule);
    const before = { arrivedBytes: link.traffic.arrivedBytes, unreadBytes: sum((way) => link.unreadBytes(way)) };
    let final: Bite | undefined;
    const bite = (): Bite => {
      if (final) return final;
      const unreadBytes = sum((way) => link.unreadBytes(way)) - before.unreadBytes;
      const { arrivedBytes } = link.traffic;
      const readBytes = sum((way) => arrivedBytes[way] - before.arrivedBytes[way]);
      const detail = `${unreadBytes} bytes or more lay unread in the sockets, ${readBytes} bytes were read`;
      return { proven: unreadBytes > 0 && readBytes === 0, detail, numbers: { unreadBytes, readBytes } };
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
