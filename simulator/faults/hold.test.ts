import { expect, test, vi } from 'vitest';
import { hop } from '../testing/hop.ts';
import { hold } from './hold.ts';

test('the sender is held back by its own full buffers, and nothing is lost', async () => {
  await using it = await hop();
  const client = await it.call();
  client.socket.write('first');
  await vi.waitFor(() => expect(it.accepted[0]?.received.toString()).toBe('first'));
  const fault = await hold.apply(it.link, { direction: 'to' }, it.context);
  expect(await fault.bite()).toMatchObject({ proven: false });
  const piece = Buffer.alloc(1024 * 1024, 7);
  let written = 0;
  // As long as the kernel takes it: a piece that it has not taken within 200 ms is stuck.
  while (written < 64 && (await Promise.race([new Promise((taken) => client.socket.write(piece, () => taken(true))), new Promise((stuck) => setTimeout(stuck, 200, false))]))) written++;
  expect(written).toBeLessThan(64);
  expect(it.accepted[0]!.received.length).toBe(5);
  const { proven, numbers } = await fault.bite();
  expect(proven).toBe(true);
  expect(numbers.unreadBytes).toBeGreaterThan(10_000);
  it.accepted[0]!.socket.write('the way back is open');
  await vi.waitFor(() => expect(client.received.toString()).toBe('the way back is open'));
  await fault.heal();
  await fault.heal();
  await vi.waitFor(() => expect(it.accepted[0]!.received.length).toBe(5 + (written + 1) * piece.length), { timeout: 10_000 });
  expect(await fault.bite()).toMatchObject({ proven: true });
});

test('a connection that comes meanwhile is held too, and its end is heard afterwards', async () => {
  await using it = await hop();
  const fault = await hold.apply(it.link, { direction: 'both' }, it.context);
  const client = await it.call();
  client.socket.end('last words');
  await vi.waitFor(async () => expect(await fault.bite()).toMatchObject({ proven: true, numbers: { unreadBytes: 10, readBytes: 0 } }));
  await vi.waitFor(() => expect(it.accepted).toHaveLength(1));
  expect(it.accepted[0]!.received.length).toBe(0);
  await fault.heal();
  await vi.waitFor(() => expect(it.accepted[0]).toMatchObject({ ended: 'FIN' }));
  expect(it.accepted[0]!.received.toString()).toBe('last words');
});
