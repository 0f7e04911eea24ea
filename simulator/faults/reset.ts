import { z } from 'zod';
import type { FaultKind } from './fault.ts';

const params = z.strictObject({});

/** Every connection is broken, as by a firewall that has lost its table or a peer that has rebooted. */
export const reset: FaultKind<'link', z.output<typeof params>> = {
  kind: 'reset',
  family: 'link',
  target: 'link',
  summary: 'Every connection is broken with an RST to both ends, at once; new connections are served.',
  limits: 'Bytes under way in the link are gone with it. It reaches both ends at once, also where another fault withholds bytes.',
  params,
  instant: true,
  async apply(link) {
    const resetConnections = link.reset();
    return {
      bite: () => ({ proven: resetConnections > 0, detail: `${resetConnections} connections were broken with an RST`, numbers: { resetConnections } }),
      heal: async () => {},
    };
  },
};
