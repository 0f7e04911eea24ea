import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { connect, type IClientOptions } from 'mqtt';
import { expect, onTestFinished, test, vi } from 'vitest';
import { refuseLogins } from '../faults/refuse-logins.ts';
import { startRunClock } from '../run-clock.ts';
import { brokerObstacle, startBroker, type BrokerKind } from './broker.ts';
import type { TurnedAway } from './census.ts';

/** A broker with a log, and clients that do not come back. */
async function served(kind: BrokerKind) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'brownout-census-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const logFile = path.join(folder, 'broker.log');
  const broker = await startBroker({ kind, within: folder, logFile });
  onTestFinished(() => broker.stop());
  const login = (options: IClientOptions) => {
    const client = connect(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 0, ...options }).on('error', () => {});
    onTestFinished(() => void client.end(true));
    return client;
  };
  const turnedAway = async (expected: Partial<TurnedAway>) =>
    vi.waitFor(async () => expect((await broker.census()).turnedAway).toEqual([{ times: 1, ...expected }]), { timeout: 5000 });
  return { broker, login, turnedAway, log: () => readFileSync(logFile, 'utf8') };
}

test('aedes says whom it turns away for speaking MQTT 5, and what would help', async () => {
  const { login, turnedAway, log } = await served('aedes');
  login({ protocolVersion: 5, clientId: 'gateway-1' });
  await turnedAway({ clients: ['gateway-1'], reason: 'it speaks MQTT 5 (protocol level 5), aedes speaks MQTT 3.1 and 3.1.1 (levels 3 and 4)', fix: expect.stringContaining('protocolVersion: 4') });
  await vi.waitFor(() => expect(log()).toMatch(/^gateway-1 turned away: it speaks MQTT 5 .*mosquitto/));
});

test('aedes says whom it turns away for a client id that MQTT 3.1 does not allow', async () => {
  const { login, turnedAway } = await served('aedes');
  login({ protocolVersion: 3, protocolId: 'MQIsdp', clientId: 'g'.repeat(24) });
  await turnedAway({ clients: ['g'.repeat(24)], reason: 'its client id has 24 characters, and MQTT 3.1 allows 23', fix: expect.stringContaining('3.1.1') });
});

test('aedes says whom it disconnects for the notifications of a bridge', async () => {
  const { login, turnedAway } = await served('aedes');
  login({ clientId: 'bridge' }).publish('$SYS/broker/connection/bridge/state', '1', { qos: 1, retain: true });
  await turnedAway({ clients: ['bridge'], reason: 'it published to $SYS/broker/connection/bridge/state, and aedes lets nobody publish under $SYS/', fix: expect.stringContaining('notifications false') });
});

test('aedes says when somebody does not speak MQTT', async () => {
  const { broker, turnedAway } = await served('aedes');
  connectSocket(broker.port, '127.0.0.1').on('error', () => {}).write('GET / HTTP/1.1\r\n\r\n');
  await turnedAway({ clients: ['somebody'], reason: expect.stringContaining('no CONNECT of MQTT') });
});

test.for(['aedes', 'mosquitto'] as const)('%s tells who is connected, and whom a failure keeps out', async (kind, { skip }) => {
  if (brokerObstacle(kind)) skip();
  const { broker, login, turnedAway, log } = await served(kind);
  const client = login({ clientId: 'gateway' });
  await vi.waitFor(() => expect(client.connected).toBe(true));
  await client.publishAsync('plant/1', 'x', { qos: 1 });
  await vi.waitFor(async () => expect(await broker.census()).toEqual({ connected: ['gateway'], turnedAway: [], published: kind === 'aedes' ? 1 : undefined }));
  const fault = await refuseLogins.apply(broker, refuseLogins.params.parse({}), { clock: startRunClock(), random: () => 0 });
  // mosquitto does not tell who it was that it refused: some of those that it did are ours, and it may log them late
  const before = (await broker.census()).turnedAway[0]?.times ?? 0;
  login({ clientId: 'late' });
  if (kind === 'aedes') await turnedAway({ clients: ['late'], reason: 'it is not authorized (CONNACK 5): the failure refuse-logins is in force' });
  else {
    await vi.waitFor(async () => {
      const [refused] = (await broker.census()).turnedAway;
      expect(refused).toMatchObject({ clients: ['<unknown>'], reason: 'mosquitto says: not authorised' });
      expect(refused!.times).toBeGreaterThan(before);
    }, { timeout: 5000 });
  }
  await fault.heal();
  await client.endAsync();
  await vi.waitFor(async () => expect((await broker.census()).connected).toEqual([]));
  await vi.waitFor(() => expect(log()).toMatch(/disconnected|closed its connection/));
});

test.skipIf(brokerObstacle('mosquitto'))('mosquitto lets MQTT 5 in', async () => {
  const { broker, login } = await served('mosquitto');
  const client = login({ clientId: 'gateway', protocolVersion: 5 });
  await vi.waitFor(() => expect(client.connected).toBe(true));
  await vi.waitFor(async () => expect((await broker.census()).connected).toEqual(['gateway']));
});

test('who tries again and again does not fill the log', async () => {
  const { broker, log } = await served('aedes');
  for (let n = 1; n <= 20; n++) {
    const socket = connectSocket(broker.port, '127.0.0.1').on('error', () => {});
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await vi.waitFor(async () => expect((await broker.census()).turnedAway[0]?.times).toBe(n));
    socket.destroy();
  }
  await vi.waitFor(() => expect(log().match(/turned away/g)).toHaveLength(5));
});
