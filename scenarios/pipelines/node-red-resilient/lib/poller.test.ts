import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

const require = createRequire(import.meta.url);
const { Poller } = require('./poller.cjs');
const { ModbusLink } = require('./modbus.cjs');

/** A machine that counts its reads; `answer` may hold an answer back. */
async function machine(answer: (socket: Socket, frame: Buffer, n: number) => void = (socket, frame) => socket.write(frame)) {
  let reads = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (question) => {
      const frame = Buffer.alloc(29);
      question.copy(frame, 0, 0, 2);
      frame.writeUInt16BE(23, 4);
      frame.set([1, 3, 20], 6);
      frame.writeUInt32BE(reads += 1, 9);
      answer(socket, frame, reads);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get reads() { return reads; },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

test('a machine is not asked again before its last reading was committed', async () => {
  await using press = await machine();
  const { promise: delivered, resolve } = Promise.withResolvers<any[]>();
  const poller = new Poller({ machines: [{ name: 'press', host: '127.0.0.1', port: press.port }], periodMs: 10, timeoutMs: 500, deliver: resolve, report() {} });
  poller.start();
  try {
    expect(await delivered).toMatchObject([{ machine: 'press', n: 1 }]);
    await delay(60); // six more beats
    expect(press.reads).toBe(1);
    poller.committed(['press']);
    await expect.poll(() => press.reads).toBe(2);
  } finally {
    poller.stop();
  }
});

test('beats keep to a schedule, and whoever is late skips some', async () => {
  await using press = await machine();
  const times: number[] = [];
  const poller = new Poller({
    machines: [{ name: 'press', host: '127.0.0.1', port: press.port }], periodMs: 20, timeoutMs: 500, report() {},
    deliver(readings: any[]) {
      times.push(readings[0].askedMicros);
      if (times.length === 5) for (const end = performance.now() + 90; performance.now() < end;); // the process stalls
      poller.committed(['press']);
    },
  });
  poller.start();
  try {
    await expect.poll(() => times.length, { timeout: 5000 }).toBeGreaterThan(20);
  } finally {
    poller.stop();
  }
  const distances = times.slice(1).map((time, i) => time - times[i]!);
  expect(Math.min(...distances)).toBeGreaterThan(5000); // no burst after the stall
});

test('a late answer is never taken for the answer to the next question', async () => {
  await using press = await machine((socket, frame, n) => (n === 1 ? setTimeout(() => socket.write(frame), 80) : socket.write(frame)));
  const link = new ModbusLink({ host: '127.0.0.1', port: press.port, timeoutMs: 40 });
  try {
    await expect(link.read(0, 10)).rejects.toThrow('no answer within 40 ms');
    const { data } = await link.read(0, 10);
    expect(data.readUInt32BE(0)).toBe(2);
    await delay(80);
    expect((await link.read(0, 10)).data.readUInt32BE(0)).toBe(3);
  } finally {
    link.close();
  }
});

test('an answer that came while this process was paused counts', async () => {
  const elsewhere = new Worker(`
    const server = require('node:net').createServer((socket) => socket.on('data', (question) => {
      const frame = Buffer.alloc(29);
      question.copy(frame, 0, 0, 2);
      frame.set([23, 1, 3, 20], 5);
      setTimeout(() => socket.write(frame), 20);
    })).listen(0, '127.0.0.1', () => require('node:worker_threads').parentPort.postMessage(server.address().port));
  `, { eval: true });
  const [port] = await once(elsewhere, 'message');
  const link = new ModbusLink({ host: '127.0.0.1', port, timeoutMs: 60 });
  try {
    await link.read(0, 10);
    const answer = link.read(0, 10);
    await delay(1); // the question is out
    for (const end = performance.now() + 120; performance.now() < end;);
    expect((await answer).data).toHaveLength(20);
  } finally {
    link.close();
    await elsewhere.terminate();
  }
});
