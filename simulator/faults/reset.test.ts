import { expect, test, vi } from 'vitest';
import { hop } from '../testing/hop.ts';
import { reset } from './reset.ts';

test('both ends get a real RST; the next connection is served', async () => {
  await using it = await hop();
  const client = await it.call();
  await vi.waitFor(() => expect(it.accepted).toHaveLength(1));
  const fault = await reset.apply(it.link, {}, it.context);
  await vi.waitFor(() => expect([client.ended, it.accepted[0]!.ended]).toEqual(['ECONNRESET', 'ECONNRESET']));
  expect(await fault.bite()).toMatchObject({ proven: true, numbers: { resetConnections: 1 } });
  const next = await it.call();
  next.socket.write('served');
  await vi.waitFor(() => expect(it.accepted[1]?.received.toString()).toBe('served'));
  await fault.heal();
  expect(await (await reset.apply(it.link, {}, it.context)).bite()).toMatchObject({ numbers: { resetConnections: 1 } });
});

test('it proves nothing where nobody is connected', async () => {
  await using it = await hop();
  expect(await (await reset.apply(it.link, {}, it.context)).bite()).toMatchObject({ proven: false });
});
