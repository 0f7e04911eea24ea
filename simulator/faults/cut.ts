import { z } from 'zod';
import type { FaultKind } from './fault.ts';

const params = z.strictObject({});

/** Every connection is closed in an orderly way, as by a proxy that is reloaded or a server that drains itself. */
export const cut: FaultKind<'link', z.output<typeof params>> = {
  kind: 'cut',
  family: 'link',
  target: 'link',
  summary: 'Every connection is closed with a FIN to both ends, at once; new connections are served.',
  limits:
    'What had arrived before still reaches the other end, behind it the FIN. An end that goes on sending after that gets ' +
    'an RST, as from any closed socket. Behind another fault that withholds bytes, the FIN waits with them.',
  params,
  instant: true,
  async apply(link) {
    const cutConnections = link.cut();
    return {
      bite: () => ({ proven: cutConnections > 0, detail: `${cutConnections} connections were closed with a FIN`, numbers: { cutConnections } }),
      heal: async () => {},
    };
  },
};
