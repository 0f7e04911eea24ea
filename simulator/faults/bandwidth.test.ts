import { expect, test, vi } from 'vitest';
import { hop } from '../testing/hop.ts';
import { bandwidth } from './bandwidth.ts';
import { dataRate } from './data-rate.ts';

test('no more than the rate passes, shared by all connections, each with a part of it', async () => {
  await using it = await hop();
  const clients = [await it.call(), await it.call()];
  const fault = await bandwidth.apply(it.link, { rate: 100_000, direction: 'both' }, it.context);
  const startMs = performance.now();
  for (const { socket } of clients) socket.write(Buffer.alloc(20_000));
  await vi.waitFor(() => expect(it.accepted.reduce((sum, { received }) => sum + received.length, 0)).toBe(40_000), { timeout: 5000, interval: 5 });
  const tookMs = performance.now() - startMs;
  expect(tookMs).toBeGreaterThan(350);
  expect(tookMs).toBeLessThan(4000);
  const lastAtMs = it.accepted.map(({ pieces }) => pieces.at(-1)!.atMs);
  expect(Math.abs(lastAtMs[0]! - lastAtMs[1]!)).toBeLessThan(tookMs / 3);
  const { proven, numbers } = await fault.bite();
  expect(proven).toBe(true);
  expect(numbers.bytesPerSecond).toBeLessThanOrEqual(105_000);
  await fault.heal();
  await fault.heal();
});

test('a line that was wide enough proves nothing', async () => {
  await using it = await hop();
  const fault = await bandwidth.apply(it.link, { rate: 1_000_000, direction: 'from' }, it.context);
  const client = await it.call();
  client.socket.write(Buffer.alloc(50_000));
  await vi.waitFor(() => expect(it.accepted[0]?.received.length).toBe(50_000));
  expect(await fault.bite()).toMatchObject({ proven: false });
  await fault.heal();
});

test('a rate is given in bits per second, and is at least that of an old modem', () => {
  expect(dataRate.parse('9600bit/s')).toBe(1200);
  expect(dataRate.parse('64 kbit/s')).toBe(8000);
  expect(dataRate.parse('0.5Mbit/s')).toBe(62_500);
  for (const wrong of ['64', '64kbps', '-1kbit/s', '299bit/s', '1e9bit/s']) expect(dataRate.safeParse(wrong).success).toBe(false);
});
