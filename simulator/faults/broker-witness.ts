import { connect } from 'mqtt';
import type { MqttClient } from 'mqtt';
import type { Broker } from '../broker/broker.ts';
import { tryLogin } from '../broker/login.ts';

/** What became of a session that was left behind, and of the message that waited in it. */
export interface Found {
  session: boolean;
  message: boolean;
}

/** A message that waits in a session comes right behind the answer to the login. */
const WAIT_MS = 1000;

let witnesses = 0;

/**
 * A client of ours that knows from outside what a broker remembers: it leaves a lasting session behind with a message of
 * QoS 1 waiting in it. Resolves to how to look for both later on, which resolves to undefined while nobody can log in;
 * or to undefined if nobody can log in now.
 */
export async function leaveWitness(broker: Broker): Promise<(() => Promise<Found | undefined>) | undefined> {
  const name = `brownout witness ${++witnesses}`;
  try {
    await using sleeper = await login(broker, name, { clean: false });
    await sleeper.client.subscribeAsync(name, { qos: 1 });
    await sleeper[Symbol.asyncDispose]();
    await using publisher = await login(broker, `${name} publisher`, { clean: true });
    await publisher.client.publishAsync(name, 'remember me', { qos: 1 });
    await publisher.client.publishAsync(`${name} stored`, '', { qos: 1 }); // when this is acknowledged, what came before is stored
  } catch {
    return undefined;
  }
  return () => lookFor(broker, name).catch(() => undefined);
}

async function lookFor(broker: Broker, name: string): Promise<Found> {
  const found = { session: false, message: false };
  {
    await using sleeper = await login(broker, name, { clean: false });
    found.session = sleeper.sessionPresent;
    found.message = found.session && (await Promise.race([sleeper.message.then(() => true), elapsed(WAIT_MS)]));
  }
  await tryLogin(broker.port, { clientId: name, clean: true, ...broker.witness }); // the session has done its duty
  return found;
}

interface Session extends AsyncDisposable {
  client: MqttClient;
  sessionPresent: boolean;
  /** Resolves at the first message. */
  message: Promise<unknown>;
}

function login({ port, witness }: Broker, clientId: string, { clean }: { clean: boolean }): Promise<Session> {
  const client = connect(`mqtt://127.0.0.1:${port}`, { clientId, clean, ...witness, reconnectPeriod: 0, connectTimeout: 2000 });
  const message = new Promise((resolve) => client.once('message', resolve));
  return new Promise((resolve, reject) => {
    client.once('connect', ({ sessionPresent }) => resolve({ client, sessionPresent, message, [Symbol.asyncDispose]: () => client.endAsync() }));
    client.on('error', reject);
    client.once('close', () => reject(new Error('closed')));
  });
}

function elapsed(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(resolve, ms, false).unref());
}
