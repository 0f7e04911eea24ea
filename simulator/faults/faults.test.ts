import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, test, vi } from 'vitest';
import { openLink } from '../links/link.ts';
import { startRunClock } from '../run-clock.ts';
import { clockNode } from '../testing/clock-node.ts';
import { blackhole } from './blackhole.ts';
import { crash } from './crash.ts';
import type { FaultableNode } from './fault.ts';
import { jump } from './jump.ts';
import { faultKind, faultKinds } from './registry.ts';

const clock = startRunClock();
const context = { clock, random: () => 0 };

/** A client, a link and an echo. */
async function hop() {
  const resources = new AsyncDisposableStack();
  const server = createServer((socket) => void socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  resources.defer(() => void server.close());
  const link = resources.use(await openLink({ name: 'uplink', targets: [{ port: (server.address() as AddressInfo).port }], clock }));
  const client = connect(link.ports[0]!, '127.0.0.1').on('error', () => {});
  resources.defer(() => void client.destroy());
  client.write('first');
  await once(client, 'data');
  return { link, client, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

test('a blackhole bites once something was held back and nothing passed; healing lets it through', async () => {
  await using it = await hop();
  const fault = await blackhole.apply(it.link, { direction: 'both' }, context);
  expect(await fault.bite()).toMatchObject({ proven: false });
  it.client.write('second');
  await vi.waitFor(async () => expect(await fault.bite()).toMatchObject({ proven: true, numbers: { withheldBytes: 6, passedBytes: 0 } }));
  const answer = once(it.client, 'data');
  await fault.heal();
  expect(String((await answer)[0])).toBe('second');
  await fault.heal();
  expect(await fault.bite()).toMatchObject({ proven: true, numbers: { withheldBytes: 6, passedBytes: 0 } });
});

test('a connection attempt alone proves a blackhole, a quiet link does not', async () => {
  await using it = await hop();
  const quiet = await blackhole.apply(it.link, { direction: 'both' }, context);
  await quiet.heal();
  expect(await quiet.bite()).toMatchObject({ proven: false });
  const fault = await blackhole.apply(it.link, { direction: 'from' }, context);
  using client = Object.assign(connect(it.link.ports[0]!, '127.0.0.1'), { [Symbol.dispose]: () => client.destroy() });
  client.on('error', () => {});
  await vi.waitFor(async () => expect(await fault.bite()).toMatchObject({ proven: true, numbers: { heldConnections: 1 } }));
  await fault.heal();
});

test('two blackholes over each other last until the later one ends', async () => {
  await using it = await hop();
  const first = await blackhole.apply(it.link, { direction: 'both' }, context);
  const second = await blackhole.apply(it.link, { direction: 'to' }, context);
  it.client.write('held');
  await vi.waitFor(() => expect(it.link.traffic.arrivedBytes.to).toBe(9));
  await first.heal();
  expect(it.link.traffic.passedBytes.to).toBe(5);
  const answer = once(it.client, 'data');
  await second.heal();
  expect(String((await answer)[0])).toBe('held');
});

test('healing a blackhole of a link that was closed meanwhile is no error', async () => {
  await using it = await hop();
  const fault = await blackhole.apply(it.link, { direction: 'both' }, context);
  await it.link.close();
  await fault.heal();
});

test('a crash bites when the whole process group is gone by SIGKILL; healing boots it', async () => {
  await using it = clockNode(clock);
  await it.boot();
  const { pid } = it;
  const fault = await crash.apply(it, {}, context);
  expect(await fault.bite()).toMatchObject({ proven: true, numbers: { pid } });
  expect(it.pid).toBeUndefined();
  await fault.heal();
  expect(it.pid).toBeDefined();
  const second = it.pid;
  await fault.heal();
  expect(it.pid).toBe(second);
});

test('a crash proves nothing if the process outlives it or ends otherwise, and cannot hit a node that is down', async () => {
  await using it = clockNode(clock);
  await expect(crash.apply(it, {}, context)).rejects.toThrow('down already');
  await it.boot();
  const survivor = await crash.apply({ ...it, pid: it.pid, kill: async () => {} }, {}, context);
  expect(await survivor.bite()).toMatchObject({ proven: false });
  const quitter = spawn('sleep', ['60'], { detached: true });
  const quits = async () => {
    quitter.kill('SIGTERM');
    await once(quitter, 'exit');
  };
  const fault = await crash.apply({ ...it, pid: quitter.pid, kill: quits, exit: { code: null, signal: 'SIGTERM' } }, {}, context);
  expect(await fault.bite()).toMatchObject({ proven: false });
});

test('a jump bites when the node itself has seen it, not before; healing sets the clock right', async () => {
  await using it = clockNode(clock);
  await it.boot();
  const fault = await jump.apply(it, { by: 3_600_000 }, context);
  expect(await fault.bite()).toMatchObject({ proven: false });
  await it.now();
  const { proven, numbers } = await fault.bite();
  expect(proven).toBe(true);
  expect(Math.abs(numbers.offsetMs! - 3_600_000)).toBeLessThan(1000);
  await fault.heal();
  await fault.heal();
  await it.now();
  expect(it.clock.offsetMicros).toBe(0);
  expect(Math.abs(it.clock.observations(0).at(-1)!.offsetMicros)).toBeLessThan(20_000);
  expect(await fault.bite()).toMatchObject({ proven: true });
});

test('a jump heals while the node is down, and two jumps add up', async () => {
  await using it = clockNode(clock);
  const first = await jump.apply(it, { by: 60_000 }, context);
  const second = await jump.apply(it, { by: -5_000 }, context);
  await it.boot();
  expect(await second.bite()).toMatchObject({ proven: true });
  await it.kill();
  await first.heal();
  expect(it.clock.offsetMicros).toBe(-5_000_000);
  await second.heal();
  expect(it.clock.offsetMicros).toBe(0);
});

test('a jump needs a node whose clock can be skewed', () => {
  expect(jump.unavailable!({ name: 'box', clock: undefined } as FaultableNode)).toMatchObject({ fix: expect.stringContaining('runtime: node') });
});

test('the registry knows each kind by its name, and its parameters refuse what they do not know', () => {
  expect(new Set(faultKinds.map(({ kind }) => kind)).size).toBe(faultKinds.length);
  for (const { kind } of faultKinds) expect(faultKind(kind)?.kind).toBe(kind);
  expect(blackhole.params.parse({})).toEqual({ direction: 'both' });
  expect(jump.params.parse({ by: '+1h' })).toEqual({ by: 3_600_000 });
  for (const { params } of faultKinds) expect(params.safeParse({ by: '1s', direction: 'to', what: 1 }).success).toBe(false);
});
