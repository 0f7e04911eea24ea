import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { startRunClock } from '../run-clock.ts';
import type { LinkRule } from './link-rule.ts';
import { openLink } from './link.ts';

const cable = (...ways: ('to' | 'from')[]): LinkRule => ({
  permits: ({ way }) => (ways.includes(way) ? 0 : Infinity),
  severs: (way) => ways.includes(way),
  dials: false,
});

/** A server behind a link; `accepted` are its sockets, `received` what came in on each of them. */
async function hop(onConnection: (socket: Socket) => void = () => {}) {
  const resources = new AsyncDisposableStack();
  const accepted: Socket[] = [];
  const received: Buffer[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const index = accepted.push(socket) - 1;
    received[index] = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (bytes) => (received[index] = Buffer.concat([received[index]!, bytes])));
    onConnection(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  resources.defer(() => new Promise((closed) => {
    for (const socket of accepted) socket.destroy();
    server.close(() => closed());
  }));
  const link = resources.use(await openLink({ name: 'hop', targets: [{ port }], clock: startRunClock() }));
  const call = async () => {
    const client = connect({ port: link.ports[0]!, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {});
    resources.defer(() => void client.destroy());
    await once(client, 'connect');
    return client;
  };
  return { link, server, accepted, received, call, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

const echo = (socket: Socket) => void socket.pipe(socket);
const errorOf = async (socket: Socket) => ((await once(socket, 'error'))[0] as NodeJS.ErrnoException).code;

test('passes bytes on unaltered, both ways, past full buffers', async () => {
  await using it = await hop(echo);
  const client = await it.call();
  const sent = randomBytes(8 * 1024 * 1024);
  const hash = createHash('sha256');
  client.end(sent);
  for await (const bytes of client) {
    hash.update(bytes as Buffer);
    if (Math.random() < 0.02) await sleep(1);
  }
  expect(hash.digest('hex')).toBe(createHash('sha256').update(sent).digest('hex'));
  expect(it.link.traffic.passedBytes).toEqual({ to: sent.length, from: sent.length });
});

test('passes a half-close on and keeps the other way open', async () => {
  await using it = await hop();
  const client = await it.call();
  client.end('last words');
  await vi.waitFor(() => expect(it.accepted[0]?.readableEnded).toBe(true));
  expect(it.received[0]!.toString()).toBe('last words');
  it.accepted[0]!.end('answer after the end');
  expect((await client.toArray()).join('')).toBe('answer after the end');
  await vi.waitFor(() => expect(it.link.traffic.openConnections).toBe(0));
});

test('passes a reset on, to either side', async () => {
  await using it = await hop();
  const first = await it.call();
  await vi.waitFor(() => expect(it.accepted.length).toBe(1));
  first.resetAndDestroy();
  expect(await errorOf(it.accepted[0]!)).toBe('ECONNRESET');
  const second = await it.call();
  await vi.waitFor(() => expect(it.accepted.length).toBe(2));
  it.accepted[1]!.resetAndDestroy();
  expect(await errorOf(second)).toBe('ECONNRESET');
});

test('resets a client whose target refuses, and serves the next one', async () => {
  await using it = await hop(echo);
  const { port } = it.server.address() as AddressInfo;
  it.server.close();
  await once(it.server, 'close');
  expect(await errorOf(await it.call())).toBe('ECONNRESET');
  expect(it.link.traffic.failedConnections).toBe(1);
  it.server.listen(port, '127.0.0.1');
  const client = await it.call();
  client.write('back');
  expect(String((await once(client, 'data'))[0])).toBe('back');
});

test('what a rule withholds arrives when it is lifted, in order and whole', async () => {
  await using it = await hop();
  const client = await it.call();
  client.write('before ');
  await vi.waitFor(() => expect(it.received[0]?.toString()).toBe('before '));
  const rule = cable('to', 'from');
  it.link.impose(rule);
  client.write('during ');
  it.accepted[0]!.write('answer');
  await vi.waitFor(() => expect(it.link.traffic.arrivedBytes).toEqual({ to: 14, from: 6 }));
  expect(it.link.traffic.passedBytes).toEqual({ to: 7, from: 0 });
  expect(client.bytesRead).toBe(0);
  client.write('after');
  it.link.lift(rule);
  expect(String((await once(client, 'data'))[0])).toBe('answer');
  await vi.waitFor(() => expect(it.received[0]!.toString()).toBe('before during after'));
});

test('a rule for one way leaves the other alone', async () => {
  await using it = await hop();
  const client = await it.call();
  await vi.waitFor(() => expect(it.accepted.length).toBe(1));
  it.link.impose(cable('from'));
  client.write('question');
  await vi.waitFor(() => expect(it.received[0]!.toString()).toBe('question'));
  it.accepted[0]!.write('answer');
  await vi.waitFor(() => expect(it.link.traffic.arrivedBytes.from).toBe(6));
  expect(client.bytesRead).toBe(0);
});

test('a sender is held back once its bytes fill the bounded buffer', async () => {
  await using it = await hop();
  const client = await it.call();
  const rule = cable('to');
  it.link.impose(rule);
  const sent = randomBytes(4 * 1024 * 1024);
  client.end(sent);
  await vi.waitFor(() => expect(it.link.traffic.arrivedBytes.to).toBeGreaterThanOrEqual(256 * 1024));
  expect(it.link.traffic.arrivedBytes.to).toBeLessThan(512 * 1024);
  it.link.lift(rule);
  await vi.waitFor(() => expect(it.link.traffic.passedBytes.to).toBe(sent.length), { timeout: 10_000 });
});

test('a connection that comes meanwhile is dialled through when the rule is lifted', async () => {
  await using it = await hop();
  const rule = cable('to', 'from');
  it.link.impose(rule);
  const client = await it.call();
  client.write('hello');
  await vi.waitFor(() => expect(it.link.traffic.arrivedBytes.to).toBe(5));
  expect(it.link.traffic.heldConnections).toBe(1);
  expect(it.accepted).toEqual([]);
  it.link.lift(rule);
  await vi.waitFor(() => expect(it.received[0]?.toString()).toBe('hello'));
});

test.each(['end', 'resetAndDestroy'] as const)('a client that is gone (%s) when the rule is lifted takes its bytes with it', async (gone) => {
  await using it = await hop();
  const client = await it.call();
  await vi.waitFor(() => expect(it.accepted.length).toBe(1));
  const rule = cable('to', 'from');
  it.link.impose(rule);
  client.write('never');
  await vi.waitFor(() => expect(it.link.traffic.arrivedBytes.to).toBe(5));
  client[gone]();
  const error = errorOf(it.accepted[0]!);
  await sleep(30);
  expect(it.accepted[0]!.destroyed).toBe(false);
  it.link.lift(rule);
  expect(await error).toBe('ECONNRESET');
  expect(it.received[0]!.length).toBe(0);
  await vi.waitFor(() => expect(it.link.traffic.openConnections).toBe(0));
});

test('closing breaks every connection, the held ones too, and frees the ports', async () => {
  await using it = await hop();
  const client = await it.call();
  await vi.waitFor(() => expect(it.accepted.length).toBe(1));
  it.link.impose(cable('to'));
  const held = await it.call();
  const errors = Promise.all([errorOf(client), errorOf(held), errorOf(it.accepted[0]!)]);
  await it.link.close();
  await it.link.close();
  expect(await errors).toEqual(['ECONNRESET', 'ECONNRESET', 'ECONNRESET']);
  await expect(it.call()).rejects.toThrow('ECONNREFUSED');
});
