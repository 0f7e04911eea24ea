import { expect, test, vi } from 'vitest';
import { echo, hop } from '../testing/hop.ts';
import { refuse } from './refuse.ts';

test.each([['reset', 'ECONNRESET'], ['cut', 'FIN'], ['keep', undefined]] as const)(
  'the kernel refuses who comes, and those there are see %s; healed, the same port serves again',
  async (connected, ended) => {
    await using it = await hop({ serve: echo });
    const client = await it.call();
    client.socket.write('hello');
    await vi.waitFor(() => expect(client.received.toString()).toBe('hello'));
    const fault = await refuse.apply(it.link, { connected }, it.context);
    await expect(it.call()).rejects.toThrow('ECONNREFUSED');
    await vi.waitFor(() => expect(client.ended).toBe(ended));
    if (connected === 'keep') {
      client.socket.write(' again');
      await vi.waitFor(() => expect(client.received.toString()).toBe('hello again'));
    }
    expect(await fault.bite()).toMatchObject({ proven: true, numbers: { refusedPorts: 1, brokenConnections: ended ? 1 : 0 } });
    await fault.heal();
    await fault.heal();
    const next = await it.call();
    next.socket.write('served');
    await vi.waitFor(() => expect(next.received.toString()).toBe('served'));
    expect(await fault.bite()).toMatchObject({ proven: true });
  },
);

test('of two, the one that ends last opens the port again; a link that is closed meanwhile stays closed', async () => {
  await using it = await hop();
  const first = await refuse.apply(it.link, { connected: 'reset' }, it.context);
  const second = await refuse.apply(it.link, { connected: 'keep' }, it.context);
  await first.heal();
  await expect(it.call()).rejects.toThrow('ECONNREFUSED');
  await second.heal();
  await it.call();
  const third = await refuse.apply(it.link, { connected: 'keep' }, it.context);
  await it.link.close();
  await third.heal();
  await expect(it.call()).rejects.toThrow('ECONNREFUSED');
});
