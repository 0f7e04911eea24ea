import { connect as connectTcp } from 'node:net';
import type { Broker, BrokerOutage } from '../broker/broker.ts';
import { leaveWitness } from './broker-witness.ts';
import type { Found } from './broker-witness.ts';
import type { ActiveFault, Bite } from './fault.ts';

interface Outage extends Pick<BrokerOutage, 'droppedConnections' | 'ended'> {
  how: 'shutdown' | 'crash';
  forget: boolean;
  /** A connection of ours was refused meanwhile. */
  refused: boolean;
  /** It was healed. */
  over: boolean;
  forgottenBytes: number;
  /** What our witness found afterwards; undefined where it could not look. */
  found: Found | undefined;
}

/** Takes the broker down until it is healed; with its sessions, or without. What that did shows when it is over. */
export async function brokerOutage(broker: Broker, { how, forget }: Pick<Outage, 'how' | 'forget'>): Promise<ActiveFault> {
  const look = await leaveWitness(broker);
  const { droppedConnections, ended, comeUp } = await broker.goDown(how);
  const outage: Outage = { how, forget, droppedConnections, ended, refused: await refuses(broker.port), over: false, forgottenBytes: 0, found: undefined };
  return {
    bite: () => judge(outage),
    async heal() {
      outage.forgottenBytes += await comeUp({ forget });
      outage.over = true;
      outage.found ??= await look?.();
      if (broker.pid !== undefined && (await refuses(broker.port))) throw new Error('the broker still refuses connections');
    },
  };
}

function judge(outage: Outage): Bite {
  const { how, forget, refused, over, ended, droppedConnections, forgottenBytes, found } = outage;
  const crashed = how === 'shutdown' || ended === undefined || ended.signal === 'SIGKILL';
  const remembered = !forget || (found ? !found.session && !found.message : forgottenBytes > 0);
  return {
    proven: over && refused && crashed && remembered,
    detail: [
      ended ? `process ${ended.pid} ended by ${ended.signal ?? 'itself when it was asked to'}` : 'it was down already',
      `${droppedConnections} connections were dropped, and a connection of ours was ${refused ? 'refused' : 'accepted'}`,
      found ? `a session that we had left behind was ${found.session ? 'there again' : 'forgotten'}, the message that waited in it ${found.message ? 'came' : 'did not come'}` : '',
    ].filter(Boolean).join('; '),
    numbers: { droppedConnections, ...(ended ? { pid: ended.pid } : {}), ...(forget ? { forgottenBytes } : {}), ...(found ? { sessionsFound: Number(found.session), messagesFound: Number(found.message) } : {}) },
  };
}

function refuses(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });
}
