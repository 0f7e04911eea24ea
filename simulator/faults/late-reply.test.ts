import { expect, test, vi } from 'vitest';
import { hop } from '../testing/hop.ts';
import { lateReply } from './late-reply.ts';

const reply = (transaction: number) => Buffer.from([0, transaction, 0, 0, 0, 5, 1, 3, 2, 0, transaction]);

const REPLY_BYTES = reply(0).length;

test('every nth reply waits, and those behind it with it', async () => {
  await using it = await hop({ protocol: 'modbus' });
  const client = await it.call();
  await vi.waitFor(() => expect(it.accepted).toHaveLength(1));
  const fault = await lateReply.apply(it.link, { by: 400, every: 3 }, it.context);
  expect(await fault.bite()).toMatchObject({ proven: false });
  const startMs = performance.now();
  it.accepted[0]!.socket.write(Buffer.concat([1, 2, 3, 4].map(reply)));
  await vi.waitFor(() => expect(client.received.length).toBe(4 * REPLY_BYTES), { interval: 2 });
  expect(client.pieces[0]!.bytes).toEqual(Buffer.concat([reply(1), reply(2)]));
  expect(client.pieces[0]!.atMs - startMs).toBeLessThan(400);
  expect(client.pieces[1]!.atMs - startMs).toBeGreaterThanOrEqual(400);
  expect(await fault.bite()).toMatchObject({ proven: true, numbers: { lateReplies: 1, replies: 4 } });
  await fault.heal();
});

test('a reply that is held when the fault ends keeps its time, and the fault is over when it has passed', async () => {
  await using it = await hop({ protocol: 'modbus' });
  const client = await it.call();
  await vi.waitFor(() => expect(it.accepted).toHaveLength(1));
  const fault = await lateReply.apply(it.link, { by: 500, every: 1 }, it.context);
  const startMs = performance.now();
  it.accepted[0]!.socket.write(reply(1));
  await vi.waitFor(() => expect(it.link.traffic.arrivedBytes.from).toBe(REPLY_BYTES));
  const heals = [fault.heal(), fault.heal()];
  await vi.waitFor(() => expect(client.received.length).toBe(REPLY_BYTES), { interval: 2 });
  expect(client.pieces[0]!.atMs - startMs).toBeGreaterThanOrEqual(499);
  const [ended] = await Promise.all(heals);
  expect(ended!.endedAtMicros).toBeGreaterThanOrEqual(it.context.clock.nowMicros() - (performance.now() - startMs - 499) * 1000);

  it.accepted[0]!.socket.write(reply(2));
  await vi.waitFor(() => expect(client.received.length).toBe(2 * REPLY_BYTES), { timeout: 300, interval: 2 });
  expect(client.received).toEqual(Buffer.concat([1, 2].map(reply)));
});

test('it waits for no reply whose connection is gone, and for none once the run is given up', async () => {
  await using it = await hop({ protocol: 'modbus' });
  const interrupt = new AbortController();
  const client = await it.call();
  await vi.waitFor(() => expect(it.accepted).toHaveLength(1));
  const fault = await lateReply.apply(it.link, { by: 600_000, every: 1 }, { ...it.context, signal: interrupt.signal });
  it.accepted[0]!.socket.write(reply(1));
  await vi.waitFor(() => expect(it.link.traffic.arrivedBytes.from).toBe(REPLY_BYTES));
  client.socket.resetAndDestroy();
  await fault.heal();

  await it.call();
  await vi.waitFor(() => expect(it.accepted).toHaveLength(2));
  const next = await lateReply.apply(it.link, { by: 600_000, every: 1 }, { ...it.context, signal: interrupt.signal });
  it.accepted[1]!.socket.write(reply(2));
  await vi.waitFor(() => expect(it.link.traffic.arrivedBytes.from).toBe(2 * REPLY_BYTES));
  const healed = next.heal();
  interrupt.abort();
  await healed;
});
