import { expect, test, vi } from 'vitest';
import { echo, hop } from '../testing/hop.ts';
import { latency } from './latency.ts';

/** How long the echo of one byte takes, for so many of them one after the other. */
async function roundTripsMs(client: Awaited<ReturnType<Awaited<ReturnType<typeof hop>>['call']>>, count: number): Promise<number[]> {
  const took: number[] = [];
  for (let i = 0; i < count; i++) {
    const [startMs, before] = [performance.now(), client.pieces.length];
    client.socket.write('.');
    await vi.waitFor(() => expect(client.pieces.length).toBe(before + 1), { interval: 1 });
    took.push(client.pieces.at(-1)!.atMs - startMs);
  }
  return took;
}

test('each way takes the delay longer, and the jitter on top; healed, it is gone', async () => {
  await using it = await hop({ serve: echo });
  const client = await it.call();
  const fault = await latency.apply(it.link, { by: 30, jitter: 20, direction: 'both' }, it.context);
  expect(await fault.bite()).toMatchObject({ proven: false });
  const took = await roundTripsMs(client, 8);
  for (const ms of took) expect(ms).toBeGreaterThanOrEqual(60);
  expect(Math.max(...took) - Math.min(...took)).toBeGreaterThan(2);
  const { proven, numbers } = await fault.bite();
  expect(proven).toBe(true);
  expect(numbers.leastMs).toBeGreaterThanOrEqual(30);
  await fault.heal();
  await fault.heal();
  expect(Math.min(...(await roundTripsMs(client, 5)))).toBeLessThan(30);
});

test('what is sent close together arrives close together and in order, and all of it as soon as it is healed', async () => {
  await using it = await hop();
  const client = await it.call();
  const fault = await latency.apply(it.link, { by: 60_000, jitter: 0, direction: 'to' }, it.context);
  for (const word of ['one ', 'two ', 'three']) client.socket.write(word);
  await vi.waitFor(() => expect(it.link.traffic.arrivedBytes.to).toBe(13));
  await fault.heal();
  await vi.waitFor(() => expect(it.accepted[0]!.received.toString()).toBe('one two three'));
});
