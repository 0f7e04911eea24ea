import { expect, test, vi } from 'vitest';
import { echo, hop } from '../testing/hop.ts';
import { flap } from './flap.ts';

test('the link goes down and up again and again; healed, it stays up', async () => {
  await using it = await hop({ serve: echo });
  const client = await it.call();
  const beat = setInterval(() => client.socket.write('.'), 5);
  try {
    const fault = await flap.apply(it.link, { every: 400, down: 0.5, as: 'blackhole' }, it.context);
    await vi.waitFor(async () => expect(await fault.bite()).toMatchObject({ proven: true, numbers: { provenFlaps: 3 } }), { timeout: 5000, interval: 10 });
    await fault.heal();
    await fault.heal();
    const before = client.received.length;
    await vi.waitFor(() => expect(client.received.length).toBeGreaterThan(before + 20));
    const gapsMs = client.pieces.slice(1).map(({ atMs }, index) => atMs - client.pieces[index]!.atMs);
    expect(gapsMs.filter((ms) => ms > 150).length).toBeGreaterThanOrEqual(2);
  } finally {
    clearInterval(beat);
  }
});

test('as reset, every connection breaks each time, and the port refuses meanwhile', async () => {
  await using it = await hop();
  const client = await it.call();
  const fault = await flap.apply(it.link, { every: 200, down: 0.5, as: 'reset' }, it.context);
  await vi.waitFor(() => expect(client.ended).toBe('ECONNRESET'));
  await expect(it.call()).rejects.toThrow('ECONNREFUSED');
  const next = await vi.waitFor(() => it.call(), { timeout: 5000 });
  await vi.waitFor(() => expect(next.ended).toBe('ECONNRESET'));
  await fault.heal();
  await it.call();
});
