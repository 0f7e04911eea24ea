import { connect } from 'node:net';
import type { Broker } from '../broker/broker.ts';
import type { ActiveFault, Bite } from './fault.ts';

let outages = 0;

/** Takes the broker down until it is healed; with its sessions, or without. */
export async function brokerOutage(broker: Broker, { forget }: { forget: boolean }): Promise<ActiveFault> {
  const id = `outage ${++outages}`;
  const down = await broker.order({ do: 'go-down', id });
  if (!down) throw new Error('the broker is not running');
  const refused = await refuses(broker.port);
  let sessionsAfter: number | undefined;
  return {
    bite: () => judge({ refused, droppedConnections: down.dropped, sessionsBefore: down.sessions, sessionsAfter, forget }),
    async heal() {
      const up = await broker.order({ do: 'come-up', id, forget });
      sessionsAfter ??= up?.sessions;
      if (up && !up.down && (await refuses(broker.port))) throw new Error('the broker still refuses connections');
    },
  };
}

interface Outage {
  refused: boolean;
  droppedConnections: number;
  sessionsBefore: number;
  sessionsAfter: number | undefined;
  forget: boolean;
}

function judge({ refused, droppedConnections, sessionsBefore, sessionsAfter, forget }: Outage): Bite {
  const forgot = sessionsAfter !== undefined && sessionsAfter < sessionsBefore;
  const sessions = sessionsAfter === undefined ? '' : `; of ${sessionsBefore} sessions ${sessionsAfter} are left`;
  return {
    proven: refused && (forgot || !forget),
    detail: `${droppedConnections} connections were dropped, and a connection of ours was ${refused ? 'refused' : 'accepted'}${sessions}`,
    numbers: { droppedConnections, sessionsBefore, ...(sessionsAfter === undefined ? {} : { sessionsAfter }) },
  };
}

function refuses(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });
}
