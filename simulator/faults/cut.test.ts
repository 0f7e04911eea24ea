import { expect, test, vi } from 'vitest';
import { hop } from '../testing/hop.ts';
import { blackhole } from './blackhole.ts';
import { cut } from './cut.ts';

test('both ends get what was under way and a FIN behind it; the next connection is served', async () => {
  await using it = await hop();
  const client = await it.call();
  await vi.waitFor(() => expect(it.accepted).toHaveLength(1));
  const [server] = it.accepted;
  const outage = await blackhole.apply(it.link, { direction: 'both' }, it.context);
  client.socket.write('under way');
  server!.socket.write('as well');
  await vi.waitFor(() => expect(it.link.traffic.arrivedBytes).toEqual({ to: 9, from: 7 }));
  const fault = await cut.apply(it.link, {}, it.context);
  await outage.heal();
  await vi.waitFor(() => expect([client.ended, server!.ended]).toEqual(['FIN', 'FIN']));
  expect([client.received.toString(), server!.received.toString()]).toEqual(['as well', 'under way']);
  expect(await fault.bite()).toMatchObject({ proven: true, numbers: { cutConnections: 1 } });

  const next = await it.call();
  next.socket.write('served');
  await vi.waitFor(() => expect(it.accepted[1]?.received.toString()).toBe('served'));
  client.socket.end();
  server!.socket.end();
  await vi.waitFor(() => expect(it.link.traffic.openConnections).toBe(1));
  await fault.heal();
  await fault.heal();
});

test('who goes on talking after the FIN gets an RST', async () => {
  await using it = await hop();
  const client = await it.call();
  await vi.waitFor(() => expect(it.accepted).toHaveLength(1));
  await cut.apply(it.link, {}, it.context);
  await vi.waitFor(() => expect(client.ended).toBe('FIN'));
  client.ended = undefined;
  await vi.waitFor(() => {
    client.socket.write('anybody there?'); // what is written after the RST has arrived fails
    expect(client.ended).toMatch(/EPIPE|ECONNRESET/);
  });
  expect(it.accepted[0]!.received.length).toBe(0);
});

test('it proves nothing where nobody is connected', async () => {
  await using it = await hop();
  const fault = await cut.apply(it.link, {}, it.context);
  expect(await fault.bite()).toMatchObject({ proven: false });
  await it.link.close();
  await fault.heal();
});
