import { expect, test, vi } from 'vitest';
import { hop } from '../testing/hop.ts';
import { lateReply } from './late-reply.ts';

const reply = (transaction: number) => Buffer.from([0, transaction, 0, 0, 0, 5, 1, 3, 2, 0, transaction]);

test('every nth reply waits, and those behind it with it; healed, all go at once', async () => {
  await using it = await hop({ protocol: 'modbus' });
  const client = await it.call();
  await vi.waitFor(() => expect(it.accepted).toHaveLength(1));
  const fault = await lateReply.apply(it.link, { by: 400, every: 3 }, it.context);
  expect(await fault.bite()).toMatchObject({ proven: false });
  const startMs = performance.now();
  it.accepted[0]!.socket.write(Buffer.concat([1, 2, 3, 4].map(reply)));
  await vi.waitFor(() => expect(client.received.length).toBe(4 * 11), { interval: 2 });
  expect(client.pieces[0]!.bytes).toEqual(Buffer.concat([reply(1), reply(2)]));
  expect(client.pieces[0]!.atMs - startMs).toBeLessThan(400);
  expect(client.pieces[1]!.atMs - startMs).toBeGreaterThanOrEqual(400);
  expect(await fault.bite()).toMatchObject({ proven: true, numbers: { lateReplies: 1, replies: 4 } });

  it.accepted[0]!.socket.write(Buffer.concat([5, 6].map(reply)));
  await vi.waitFor(() => expect(client.received.length).toBe(5 * 11));
  await fault.heal();
  await fault.heal();
  await vi.waitFor(() => expect(client.received.length).toBe(6 * 11), { timeout: 300, interval: 2 });
  expect(client.received).toEqual(Buffer.concat([1, 2, 3, 4, 5, 6].map(reply)));
});
