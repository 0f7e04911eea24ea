import { z } from 'zod';
import type { LinkRule, Way } from '../links/link-rule.ts';
import type { Traffic } from '../links/link.ts';
import type { Bite, FaultKind } from './fault.ts';

const params = z.strictObject({
  direction: z
    .enum(['both', 'to', 'from'])
    .default('both')
    .describe('`to`: nothing reaches what the link leads to; `from`: nothing comes back; `both`: the cable is pulled.'),
});
type Params = z.output<typeof params>;

/** The cable is pulled: every byte vanishes from sight, and nobody is told. */
export const blackhole: FaultKind<'link', Params> = {
  kind: 'blackhole',
  family: 'link',
  target: 'link',
  summary: 'Cable pulled, silently: bytes stop, connections stay open, nobody is told.',
  limits:
    'Connections are still accepted (the kernel answers the SYN), but nothing flows on them. Bytes are held back rather ' +
    'than dropped, so after the fault they go on at once instead of waiting for the next TCP retransmission. Up to ' +
    '256 KiB per connection and direction are taken from the sender and acknowledged by the kernel. TCP timeouts of the ' +
    'operating system (ETIMEDOUT after minutes of retransmissions) do not happen.',
  params,
  async apply(link, { direction }) {
    const ways: Way[] = direction === 'both' ? ['to', 'from'] : [direction];
    const rule: LinkRule = {
      permits: ({ way }) => (ways.includes(way) ? 0 : Infinity),
      severs: (way) => ways.includes(way),
      dials: false,
    };
    const before = link.traffic;
    const connectionsAtStart = before.openConnections;
    link.impose(rule);
    let final: Bite | undefined;
    const bite = () => final ?? measure(before, link.traffic, ways, connectionsAtStart);
    return {
      bite,
      async heal() {
        final ??= bite();
        link.lift(rule);
        if (link.imposes(rule)) throw new Error(`link ${link.name} is still blackholed`);
      },
    };
  },
};

/** It bit if something was sent or dialled while it was in force, and nothing got past it. */
function measure(before: Traffic, now: Traffic, ways: Way[], connectionsAtStart: number): Bite {
  const sum = (what: 'arrivedBytes' | 'passedBytes', traffic: Traffic) =>
    ways.reduce((bytes, way) => bytes + traffic[what][way], 0);
  const passedBytes = sum('passedBytes', now) - sum('passedBytes', before);
  const withheldBytes = sum('arrivedBytes', now) - sum('arrivedBytes', before);
  const heldConnections = now.heldConnections - before.heldConnections;
  const detail = `${withheldBytes} bytes and ${heldConnections} new connections were held back, ${passedBytes} bytes passed`;
  return {
    proven: passedBytes === 0 && (withheldBytes > 0 || heldConnections > 0),
    detail,
    numbers: { withheldBytes, heldConnections, passedBytes, connectionsAtStart },
  };
}

