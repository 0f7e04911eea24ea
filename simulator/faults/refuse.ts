import { connect } from 'node:net';
import { z } from 'zod';
import type { Link } from '../links/link.ts';
import type { Bite, FaultKind } from './fault.ts';

const params = z.strictObject({
  connected: z
    .enum(['reset', 'cut', 'keep'])
    .default('reset')
    .describe('What becomes of the connections there are: `reset` breaks them, `cut` closes them in an orderly way, `keep` leaves them.'),
});
type Params = z.output<typeof params>;

/** Nobody listens any more: the service at the other end is down while its machine is up. */
export const refuse: FaultKind<'link', Params> = {
  kind: 'refuse',
  family: 'link',
  target: 'link',
  summary: 'New connections are refused (ECONNREFUSED); those there are break, close or stay, as asked for.',
  limits:
    'The listening ports are really closed and opened again, so it is the kernel that refuses. It does not tell how often ' +
    'somebody tried: the proof is a connection attempt of our own at the beginning and at the end.',
  params,
  async apply(link, { connected }) {
    const own = {};
    link.refuse(own);
    const brokenConnections = connected === 'reset' ? link.reset() : connected === 'cut' ? link.cut() : 0;
    const atBegin = await refusedPorts(link);
    let final: Bite | undefined;
    const bite = async () => final ?? judge(link, brokenConnections, Math.min(atBegin, await refusedPorts(link)));
    return {
      bite,
      async heal() {
        final ??= await bite();
        await link.admit(own);
      },
    };
  },
};

function judge(link: Link, brokenConnections: number, ports: number): Bite {
  const detail = `${ports} of ${link.ports.length} ports refused a connection of ours, ${brokenConnections} connections were ended`;
  return { proven: ports === link.ports.length, detail, numbers: { refusedPorts: ports, brokenConnections } };
}

async function refusedPorts(link: Link): Promise<number> {
  const answers = await Promise.all(link.ports.map(refuses));
  return answers.filter(Boolean).length;
}

function refuses(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.resetAndDestroy();
      resolve(false);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
}
