import { connect, connectAsync } from 'mqtt';
import type { IClientOptions, MqttClient } from 'mqtt';
import { describe, expect, test, vi } from 'vitest';
import { brokerObstacle, startBroker } from '../broker/broker.ts';
import type { BrokerKind } from '../broker/broker.ts';
import { startRunClock } from '../run-clock.ts';
import { forgetSessions } from './forget-sessions.ts';
import { kick } from './kick.ts';
import { poison } from './poison.ts';
import { quota } from './quota.ts';
import { refuseLogins } from './refuse-logins.ts';
import { restart } from './restart.ts';

const context = { clock: startRunClock(), random: () => 0 };

/** A broker, and clients with lasting sessions that come back every 20 ms. */
async function served(kind: BrokerKind = 'aedes') {
  const broker = await startBroker({ kind });
  const clients: MqttClient[] = [];
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const login = (clientId: string, options: IClientOptions = {}) => {
    const client = connect(url, { clientId, clean: false, reconnectPeriod: 20, ...options }).on('error', () => {});
    clients.push(client);
    return client;
  };
  return {
    broker,
    url,
    login,
    online: async (clientId: string, options?: IClientOptions) => {
      const client = login(clientId, options);
      await vi.waitFor(() => expect(client.connected).toBe(true));
      return client;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((client) => client.endAsync(true)));
      await broker.stop();
    },
  };
}

const kinds: BrokerKind[] = ['aedes', 'mosquitto'];

describe.for(kinds)('%s', (broker) => {
  const only = test.skipIf(brokerObstacle(broker));

  only.for([
    ['restart', restart, { how: 'shutdown' }, ['queued', 'afterwards'], { sessionsFound: 1, messagesFound: 1 }],
    ['a crash', restart, { how: 'crash' }, ['queued', 'afterwards'], { sessionsFound: 1, messagesFound: 1 }],
    ['forget-sessions', forgetSessions, {}, [], { sessionsFound: 0, messagesFound: 0 }],
  ] as const)('%s: everyone is dropped and refused, and what was kept for a sleeping client is there again or not, as promised', async ([, kind, params, kept, numbers]) => {
    await using it = await served(broker);
    const sleeper = await it.online('sleeper');
    await sleeper.subscribeAsync('plant/#', { qos: 1 });
    await sleeper.endAsync(true);
    const publisher = await it.online('publisher');
    await publisher.publishAsync('plant/machine-1', 'queued', { qos: 1 });
    const { pid } = it.broker;

    const fault = await kind.apply(it.broker, params as never, context);
    await vi.waitFor(() => expect(publisher.connected).toBe(false));
    await expect(connectAsync(it.url, { reconnectPeriod: 0 })).rejects.toThrow('ECONNREFUSED');
    await fault.heal();
    await fault.heal();
    expect(await fault.bite()).toMatchObject({ proven: true, numbers: { droppedConnections: 1, pid, ...numbers } });
    expect(it.broker.pid).not.toBe(pid);

    await vi.waitFor(() => expect(publisher.connected).toBe(true));
    await publisher.publishAsync('plant/machine-1', 'afterwards', { qos: 1 });
    const got: string[] = [];
    const awake = it.login('sleeper').on('message', (_topic, payload) => got.push(String(payload)));
    await vi.waitFor(() => expect(awake.connected).toBe(true));
    await awake.publishAsync('other', 'to be sure that all before has come', { qos: 1 });
    await vi.waitFor(() => expect(got).toEqual(kept));
  });

  only('logins are refused with the reason asked for, and accepted when healed', async () => {
    await using it = await served(broker);
    const client = await it.online('gateway', { reconnectOnConnackError: true });
    const fault = await refuseLogins.apply(it.broker, { as: 'not-authorized', connected: 'kick' }, context);
    await vi.waitFor(() => expect(client.connected).toBe(false));
    await expect(connectAsync(it.url, { reconnectPeriod: 0 })).rejects.toMatchObject({ code: 5 });
    await vi.waitFor(async () => expect(await fault.bite()).toMatchObject({ proven: true, numbers: { returnCode: 5 } }));
    await fault.heal();
    await fault.heal();
    await vi.waitFor(() => expect(client.connected).toBe(true));
    expect(await fault.bite()).toMatchObject({ proven: true });
  });

  only('a kick drops one client or all, who may come back to their sessions', async () => {
    await using it = await served(broker);
    const [gateway, ingest] = [await it.online('gateway'), await it.online('ingest', { clean: true })];
    await gateway.subscribeAsync('plant/#', { qos: 1 });
    const closed = { gateway: vi.fn(), ingest: vi.fn() };
    gateway.on('close', closed.gateway);
    ingest.on('close', closed.ingest);
    const back = new Promise((resolve) => gateway.once('connect', ({ sessionPresent }) => resolve(sessionPresent)));
    expect(await (await kick.apply(it.broker, { client: 'gateway' }, context)).bite()).toMatchObject({ proven: true, numbers: { droppedConnections: 1 } });
    await vi.waitFor(() => expect(closed.gateway).toHaveBeenCalledTimes(1));
    expect(await back).toBe(true);
    expect(closed.ingest).not.toHaveBeenCalled();
    await vi.waitFor(async () => expect(await (await kick.apply(it.broker, {}, context)).bite()).toMatchObject({ numbers: { droppedConnections: 2 } }));
    await vi.waitFor(() => expect(closed.ingest).toHaveBeenCalled());
    expect(await (await kick.apply(it.broker, { client: 'nobody' }, context)).bite()).toMatchObject({ proven: false });
  });
});

test('a crash while logins are refused: whoever logs in afterwards is refused still, and the proof finds its way in', async () => {
  await using it = await served();
  const refused = await refuseLogins.apply(it.broker, { as: 'bad-credentials', connected: 'keep' }, context);
  const crash = await restart.apply(it.broker, { how: 'crash' }, context);
  await crash.heal();
  expect(await crash.bite()).toMatchObject({ proven: true, numbers: { sessionsFound: 1, messagesFound: 1 } });
  await expect(connectAsync(it.url, { reconnectPeriod: 0 })).rejects.toMatchObject({ code: 4 });
  await refused.heal();
  await it.online('gateway');
});

test('of two outages the one that ends last brings the broker back; one of them makes it forget', async () => {
  await using it = await served();
  const sleeper = await it.online('sleeper');
  await sleeper.subscribeAsync('plant/#', { qos: 1 });
  const forgets = await forgetSessions.apply(it.broker, {}, context);
  const restarts = await restart.apply(it.broker, { how: 'shutdown' }, context);
  await forgets.heal();
  await expect(connectAsync(it.url, { reconnectPeriod: 0 })).rejects.toThrow('ECONNREFUSED');
  await restarts.heal();
  await vi.waitFor(() => expect(sleeper.connected).toBe(true));
  for (const fault of [forgets, restarts]) expect(await fault.bite()).toMatchObject({ proven: true });
});

test('who publishes too much is disconnected, and gets it through little by little', async () => {
  await using it = await served();
  const client = await it.online('gateway');
  const closed = vi.fn();
  client.on('close', closed);
  const fault = await quota.apply(it.broker, { 'per-second': 5 }, context);
  for (let i = 0; i < 5; i++) await client.publishAsync('plant', String(i), { qos: 1 });
  expect(closed).not.toHaveBeenCalled();
  expect(await fault.bite()).toMatchObject({ proven: false });
  await client.publishAsync('plant', 'too much', { qos: 1 });
  expect(closed).toHaveBeenCalled();
  expect(await fault.bite()).toMatchObject({ proven: true });
  await fault.heal();
  for (let i = 0; i < 20; i++) await client.publishAsync('plant', String(i), { qos: 1 });
});

test('one message is never accepted, all others are, also by a broker that crashed meanwhile; it is once the fault is over', async () => {
  await using it = await served();
  const client = await it.online('gateway');
  const fault = await poison.apply(it.broker, { topic: 'plant/' }, context);
  await client.publishAsync('other', 'not meant', { qos: 1 });
  const poisoned = client.publishAsync('plant/machine-1', 'poison', { qos: 1 });
  const accepted = vi.fn();
  void poisoned.then(accepted);
  await vi.waitFor(async () => expect((await fault.bite()).numbers.struck).toBeGreaterThanOrEqual(3), { timeout: 5000 });
  await (await restart.apply(it.broker, { how: 'crash' }, context)).heal();
  await (await it.online('other')).publishAsync('plant/machine-1', 'wholesome', { qos: 1 });
  expect(accepted).not.toHaveBeenCalled();
  await fault.heal();
  await poisoned;
});

test('faults heal without an error once the broker is gone, and do not apply to it', async () => {
  await using it = await served();
  const faults = [await restart.apply(it.broker, { how: 'crash' }, context), await quota.apply(it.broker, { 'per-second': 1 }, context)];
  await it.broker.stop();
  for (const fault of faults) {
    await fault.heal();
    await fault.bite();
  }
  await expect(restart.apply(it.broker, { how: 'crash' }, context)).rejects.toThrow('not running');
});

test('what mosquitto cannot do is said, with what would help', () => {
  const mosquitto = { kind: 'mosquitto' } as Awaited<ReturnType<typeof startBroker>>;
  const fix = expect.stringContaining('kind: aedes');
  expect(quota.unavailable!(mosquitto, { 'per-second': 1 })).toMatchObject({ fix });
  expect(poison.unavailable!(mosquitto, { topic: '' })).toMatchObject({ fix });
  expect(refuseLogins.unavailable!(mosquitto, { as: 'unavailable', connected: 'kick' })).toMatchObject({ fix });
  expect(refuseLogins.unavailable!(mosquitto, { as: 'not-authorized', connected: 'keep' })).toMatchObject({ fix });
  expect(refuseLogins.unavailable!(mosquitto, { as: 'not-authorized', connected: 'kick' })).toBeUndefined();
});
