import { connect as connectTcp } from 'node:net';
import { connect } from 'mqtt';
import type { MqttClient } from 'mqtt';
import type { Broker } from '../broker/broker.ts';
import type { ActiveFault, Bite } from './fault.ts';

let outages = 0;

/** Takes the broker down until it is healed; with its sessions, or without. */
export async function brokerOutage(broker: Broker, { forget }: { forget: boolean }): Promise<ActiveFault> {
  const id = `outage ${++outages}`;
  const witness = await leaveSession(broker, id);
  const down = await broker.order({ do: 'go-down', id });
  if (!down) throw new Error('the broker is not running');
  const refused = await refuses(broker.port);
  const outage: Outage = { refused, droppedConnections: down.dropped, sessionsBefore: down.sessions, sessionsAfter: undefined, remembered: undefined, forget };
  return {
    bite: () => judge(outage),
    async heal() {
      const up = await broker.order({ do: 'come-up', id, forget });
      outage.sessionsAfter ??= up?.sessions;
      if (witness) outage.remembered ??= await findSession(broker, id);
      if (up && !up.down && (await refuses(broker.port))) throw new Error('the broker still refuses connections');
    },
  };
}

interface Outage {
  refused: boolean;
  droppedConnections: number;
  sessionsBefore: number;
  sessionsAfter: number | undefined;
  /** Whether a session that we had left behind was there afterwards; undefined before, and where nobody could log in. */
  remembered: boolean | undefined;
  forget: boolean;
}

function judge({ refused, droppedConnections, sessionsBefore, sessionsAfter, remembered, forget }: Outage): Bite {
  const forgot = remembered === false || (sessionsAfter !== undefined && sessionsAfter < sessionsBefore);
  const sessions = sessionsAfter === undefined ? '' : `; of ${sessionsBefore} sessions, one of them ours, ${sessionsAfter} are left`;
  return {
    proven: refused && (forgot || !forget),
    detail: `${droppedConnections} connections were dropped, and a connection of ours was ${refused ? 'refused' : 'accepted'}${sessions}${words(remembered)}`,
    numbers: { droppedConnections, sessionsBefore, ...(sessionsAfter === undefined ? {} : { sessionsAfter }) },
  };
}

function words(remembered: boolean | undefined): string {
  return remembered === undefined ? '' : `; a session that we had left behind was ${remembered ? 'there again' : 'forgotten'}`;
}

/** Leaves a session behind. Returns whether it could: another fault may keep everybody out. */
async function leaveSession({ port }: Broker, name: string): Promise<boolean> {
  try {
    const { client } = await login(port, name);
    await client.subscribeAsync('brownout/witness', { qos: 1 });
    await client.endAsync();
    return true;
  } catch {
    return false;
  }
}

/** Whether that session is there; undefined if nobody can log in. */
async function findSession({ port }: Broker, name: string): Promise<boolean | undefined> {
  try {
    const { client, sessionPresent } = await login(port, name);
    await client.endAsync();
    return sessionPresent;
  } catch {
    return undefined;
  }
}

function login(port: number, name: string): Promise<{ client: MqttClient; sessionPresent: boolean }> {
  const client = connect(`mqtt://127.0.0.1:${port}`, { clientId: `brownout ${name}`, clean: false, reconnectPeriod: 0, connectTimeout: 2000 });
  return new Promise((resolve, reject) => {
    client.once('connect', ({ sessionPresent }) => resolve({ client, sessionPresent }));
    client.once('error', reject);
    client.once('close', () => reject(new Error('closed')));
  });
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
