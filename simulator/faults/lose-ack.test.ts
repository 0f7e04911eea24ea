import { generate } from 'mqtt-packet';
import { connectAsync } from 'mqtt';
import { expect, test, vi } from 'vitest';
import { startBroker } from '../broker/broker.ts';
import { openLink } from '../links/link.ts';
import { startRunClock } from '../run-clock.ts';
import { hop } from '../testing/hop.ts';
import { loseAck } from './lose-ack.ts';

const ack = (cmd: 'puback' | 'pubrec', messageId: number) => generate({ cmd, messageId });
const connectAs = (clientId: string, port: number) => connectAsync(`mqtt://127.0.0.1:${port}`, { clientId, reconnectPeriod: 20, clean: false });
const publish = (payload: string) => generate({ cmd: 'publish', topic: 't', payload, qos: 0, dup: false, retain: false });

test('all before the nth acknowledgement arrives, not a byte of it or after it, and the connection is over for both ends', async () => {
  // Often, for a race between the last bytes and the end of the connection would lose them only at times.
  for (let round = 0; round < 20; round++) {
    await using it = await hop({ protocol: 'mqtt' });
    const client = await it.call();
    await vi.waitFor(() => expect(it.accepted).toHaveLength(1), { interval: 2 });
    const [server] = it.accepted;
    const fault = await loseAck.apply(it.link, { packet: 'puback', nth: 2, direction: 'from' }, it.context);
    const before = Buffer.concat([ack('puback', 1), ack('pubrec', 9), publish('x'.repeat(5000))]);
    const lost = Buffer.concat([ack('puback', 2), publish('after')]);
    // The chunk ends within the acknowledgement that is to be lost.
    server!.socket.write(Buffer.concat([before, lost.subarray(0, 1)]));
    server!.socket.write(lost.subarray(1));
    await vi.waitFor(() => expect([client.ended, server!.ended]).toEqual(['FIN', 'ECONNRESET']), { interval: 2 });
    expect(client.received.equals(before)).toBe(true);
    expect(await fault.bite()).toMatchObject({ proven: true, numbers: { seenAcks: 2 } });
    client.socket.destroy();
    await vi.waitFor(() => expect(it.link.traffic.openConnections).toBe(0), { interval: 2 });
  }
});

test('a real client whose PUBACK is lost publishes again; of two clients only the one that was meant', async () => {
  await using broker = await startBroker();
  const clock = startRunClock();
  await using link = await openLink({ name: 'uplink', targets: [{ port: broker.port }], clock, protocol: 'mqtt' });
  const watcher = await connectAs('watcher', broker.port);
  const payloads: string[] = [];
  watcher.on('message', (_topic, payload) => payloads.push(String(payload)));
  await watcher.subscribeAsync('plant', { qos: 1 });
  const [meant, other] = [await connectAs('gateway', link.ports[0]!), await connectAs('other', link.ports[0]!)];
  const closed = vi.fn();
  other.on('close', closed);
  try {
    const fault = await loseAck.apply(link, { packet: 'puback', nth: 1, direction: 'from', client: 'gateway' }, { clock, random: () => 0 });
    await other.publishAsync('plant', 'other', { qos: 1 });
    expect(await fault.bite()).toMatchObject({ proven: false });
    await meant.publishAsync('plant', 'meant', { qos: 1 });
    await vi.waitFor(() => expect(payloads.toSorted()).toEqual(['meant', 'meant', 'other']));
    expect(await fault.bite()).toMatchObject({ proven: true, numbers: { reconnections: 1 } });
    expect(closed).not.toHaveBeenCalled();
    await fault.heal();
    await fault.heal();
    await meant.publishAsync('plant', 'healed', { qos: 1 });
  } finally {
    await Promise.all([watcher, meant, other].map((client) => client.endAsync(true)));
  }
});

test('it is not for links that lead elsewhere', async () => {
  await using it = await hop({ protocol: 'modbus' });
  expect(loseAck.unavailable!(it.link)).toMatchObject({ fix: expect.stringContaining('broker') });
});
