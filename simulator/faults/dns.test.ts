import { promises as dnsPromises } from 'node:dns';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { caller } from '../testing/caller.ts';
import { hop } from '../testing/hop.ts';
import { dns } from './dns.ts';

const NAME = 'uplink.brownout.test';

/** A link that a Node.js process calls by its name, connected, and a resolver that looks from outside. */
async function calledByName() {
  const it = await hop({ named: true });
  const victim = caller(it.link.byName!.server, NAME, it.link.ports[0]!);
  victim.call();
  await vi.waitFor(() => expect(victim.connections()).toBe(1), { timeout: 5000 });
  const resolver = new dnsPromises.Resolver({ timeout: 200, tries: 1 });
  resolver.setServers([`127.0.0.1:${it.link.byName!.server.port}`]);
  const seen = () => resolver.resolve4(NAME).then(([address]) => address, (error: NodeJS.ErrnoException) => error.code);
  const dispose = async () => {
    victim[Symbol.dispose]();
    await it[Symbol.asyncDispose]();
  };
  return { ...it, victim, seen, [Symbol.asyncDispose]: dispose };
}

test.each([
  ['nxdomain', 'ENOTFOUND', 'ENOTFOUND'],
  ['servfail', 'ESERVFAIL', 'EAI_AGAIN'],
  ['wrong', '127.255.255.254', 'ECONNREFUSED'],
] as const)('with %s a resolver outside sees %s, the program gets %s until the fault is healed, and then it is back', async (answer, outside, inside) => {
  await using it = await calledByName();
  expect(await it.seen()).toBe('127.0.0.1');
  const fault = await dns.apply(it.link, { answer, connected: 'reset' }, it.context);
  await vi.waitFor(() => expect(it.victim.failures().filter((code) => code === inside).length).toBeGreaterThan(2));
  expect(it.victim.connections()).toBe(1);
  expect(await it.seen()).toBe(outside);
  expect(await fault.bite()).toMatchObject({ proven: true, numbers: { brokenConnections: 1, queries: expect.toSatisfy((queries: number) => queries > 3) } });
  await fault.heal();
  await fault.heal();
  expect(await it.seen()).toBe('127.0.0.1');
  await vi.waitFor(() => expect(it.victim.connections()).toBe(2));
});

test('a server that says nothing leaves everybody waiting', async () => {
  await using it = await calledByName();
  const fault = await dns.apply(it.link, { answer: 'silence', connected: 'cut' }, it.context);
  expect(await it.seen()).toBe('ETIMEOUT');
  await vi.waitFor(async () => expect((await fault.bite()).numbers.queries).toBeGreaterThan(1));
  expect([it.victim.connections(), it.victim.failures()]).toEqual([1, []]);
  await fault.heal();
  expect(await it.seen()).toBe('127.0.0.1');
});

test('a connection that stays up asks for no name, so nothing is proven', async () => {
  await using it = await calledByName();
  const fault = await dns.apply(it.link, { answer: 'nxdomain', connected: 'keep' }, it.context);
  await sleep(100);
  expect(await fault.bite()).toMatchObject({ proven: false, detail: expect.stringContaining('needs no name'), numbers: { queries: 0 } });
  expect(it.victim.failures()).toEqual([]);
  await fault.heal();
});

test('of two, the later one is seen; they heal in any order, also when the server is gone', async () => {
  await using it = await calledByName();
  const first = await dns.apply(it.link, { answer: 'servfail', connected: 'keep' }, it.context);
  const second = await dns.apply(it.link, { answer: 'nxdomain', connected: 'keep' }, it.context);
  expect(await it.seen()).toBe('ENOTFOUND');
  await first.heal();
  expect(await it.seen()).toBe('ENOTFOUND');
  await it.link.byName!.server[Symbol.asyncDispose]();
  await second.heal();
  expect(await first.bite()).toMatchObject({ proven: false });
});

test('a link that nobody calls by a name of ours cannot lose it', async () => {
  await using it = await hop();
  expect(dns.unavailable!(it.link)).toMatchObject({ fix: expect.stringContaining('${link.uplink.name}') });
  await using named = await hop({ named: true });
  expect(dns.unavailable!(named.link)).toBeUndefined();
});
