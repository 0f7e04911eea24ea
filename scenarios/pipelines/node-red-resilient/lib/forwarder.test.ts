import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { expect, test } from 'vitest';

const require = createRequire(import.meta.url);
const { Connection } = require('./connection.cjs');
const { DurableQueue } = require('./queue.cjs');
const { Forwarder } = require('./forwarder.cjs');
const { Ingest } = require('./ingest.cjs');
const { Store } = require('./store.cjs');
const { HELLO_TOPIC, INGEST_TOPICS, topicsOf } = require('./messages.cjs');
const { nowMicros } = require('./clock.cjs');

const ENTRIES = 3000;

/** A broker, a gateway with a full queue and an ingest, in one process; `lose` decides which confirmations never leave. */
async function world({ lose }: { lose: (count: number) => boolean }) {
  const broker = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    broker.handle(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const store = new Store(':memory:');
  const ingest = new Ingest(store);
  let confirms = 0;
  const receiver = new Connection({
    url, clientId: 'ingest', topics: INGEST_TOPICS, silenceMs: 2000, onDown() {}, onUp: () => receiver.publish(HELLO_TOPIC, {}),
    onMessage(topic: string, payload: Buffer, done: () => void) {
      const taken = topic.startsWith('resilient/batch/') && ingest.take(payload, Date.now() * 1000);
      if (taken && !lose(confirms += 1)) receiver.publish(topicsOf(taken.gateway).confirm, taken.confirm);
      done();
    },
  });

  const start = nowMicros() - ENTRIES * 100;
  const queue = new DurableQueue({ file: ':memory:', boot: 'boot-1', wallOffsetMicros: 0, gapAfterMicros: 350_000 });
  queue.commit(Array.from({ length: ENTRIES }, (_, i) => ({ machine: 'press', askedMicros: start + i * 100, answeredMicros: start + i * 100 + 2, n: i + 1, bits: i, uptimeMs: Math.floor(i / 10), state: 1, counter: i, alarms: 0 })));
  const statement = { backlog: 0, full: false, diskError: null, machines: {}, clock: { settled: true, disputed: false, wallOffByMs: 0 } };
  const forwarder = new Forwarder({ queue, gateway: 'a', url, confirmWithinMs: 200, toleranceMicros: 100_000, describe: () => statement, onState() {} });

  return {
    store, queue,
    hangUp() { for (const socket of sockets) socket.destroy(); },
    async [Symbol.asyncDispose]() {
      await Promise.all([forwarder.close(), receiver.close()]);
      queue.close();
      store.close();
      server.close();
      await new Promise<void>((resolve) => broker.close(resolve));
    },
  };
}

test('everything arrives once and in time though confirmations are lost and connections break', async () => {
  await using it = await world({ lose: (count) => count % 3 === 2 });
  await expect.poll(() => it.store.readings(0, ENTRIES).length, { timeout: 10_000 }).toBeGreaterThan(400);
  it.hangUp();
  await expect.poll(() => it.queue.size, { timeout: 20_000 }).toBe(0);
  const rows = it.store.readings(0, ENTRIES * 2).toSorted((a: any, b: any) => a.time - b.time);
  expect(rows.map((row: any) => row.n)).toEqual(Array.from({ length: ENTRIES }, (_, i) => i + 1));
  expect(rows.every((row: any) => !row.uncertain && Math.abs(row.time / 1000 - Date.now()) < 60_000)).toBe(true);
});

test('nothing leaves the queue on the word of the broker alone', async () => {
  let confirms = 0;
  await using it = await world({ lose: (count) => (confirms = count) > 2 });
  await expect.poll(() => confirms, { timeout: 10_000 }).toBeGreaterThan(8);
  expect(it.queue.size).toBeGreaterThanOrEqual(ENTRIES - 400);
});
