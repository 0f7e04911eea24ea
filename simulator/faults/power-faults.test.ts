import { expect, test, vi } from 'vitest';
import { randomStream } from '../random.ts';
import { startRunClock } from '../run-clock.ts';
import { diskNode } from '../testing/disk-node.ts';
import { brownout } from './brownout.ts';
import { crash } from './crash.ts';
import type { FaultableNode } from './fault.ts';
import { powerCut } from './power-cut.ts';

const clock = startRunClock();
const context = { clock, random: randomStream(1, 'faults') };
const cut = powerCut.params.parse({});

test('a power cut takes what was not synced, a crash does not; both boot the node again', async (skipper) => {
  await using node = await diskNode(skipper, clock);
  await node.boot();
  await node.append('synced ', { flush: true });
  await node.append('not synced');
  const crashed = await crash.apply(node, {}, context);
  expect(node.written()).toBe('synced not synced');
  await crashed.heal();
  const fault = await powerCut.apply(node, cut, context);
  expect(node.pid).toBeUndefined();
  expect(node.written()).toBe('synced ');
  expect(await fault.bite()).toMatchObject({ proven: true, numbers: { cuts: 1, lostWrites: 1, lostBytes: 10 } });
  await fault.heal();
  await fault.heal();
  expect(node.boots).toBe(3);
  expect(await node.append('again')).toMatchObject({ said: 'ok' });
});

test('a power cut of a node that never wrote to its disk proves nothing', async (skipper) => {
  await using node = await diskNode(skipper, clock);
  const idle = { ...node, pid: undefined, kill: async () => {} };
  const fault = await powerCut.apply(idle, cut, context);
  expect(await fault.bite()).toMatchObject({ proven: false, detail: expect.stringContaining('never wrote') });
});

test('a power cut of a node that is down already still takes what the kernel had kept', async (skipper) => {
  await using node = await diskNode(skipper, clock);
  await node.boot();
  await node.append('not synced');
  await node.kill();
  const fault = await powerCut.apply(node, cut, context);
  expect(node.written()).toBe('');
  expect(await fault.bite()).toMatchObject({ proven: true });
  await fault.heal();
  expect(node.boots).toBe(2);
});

test('a power cut can boot the node with a wrong clock, which is right once it serves', async (skipper) => {
  await using node = await diskNode(skipper, clock);
  await node.boot();
  const fault = await powerCut.apply(node, powerCut.params.parse({ clock: '-20min' }), context);
  const healed = fault.heal();
  await vi.waitFor(() => expect(node.clock.offsetMicros).toBe(-1_200_000_000));
  await healed;
  expect(node.clock.observations(0).map(({ offsetMicros }) => Math.round(offsetMicros / 60e6))).toContain(-20);
  expect(node.clock.offsetMicros).toBe(0);
  expect(Math.abs((await node.append('')).nowMs - Date.now())).toBeLessThan(1000);
});

test('a brownout cuts the node again while it boots, and then leaves it on', async (skipper) => {
  await using node = await diskNode(skipper, clock);
  await node.boot();
  await node.append('something', { flush: true });
  const fault = await brownout.apply(node, brownout.params.parse({ cuts: 3, off: '10ms', on: '10ms' }), context);
  expect(await fault.bite()).toMatchObject({ proven: false });
  await vi.waitFor(async () => expect(await fault.bite()).toMatchObject({ proven: true, numbers: { cuts: 3 } }), { timeout: 10_000 });
  await fault.heal();
  expect(node.boots).toBe(4);
  expect(await node.append('still here')).toMatchObject({ said: 'ok' });
  await fault.heal();
  expect(node.boots).toBe(4);
});

test('a brownout that ends early leaves the node on', async (skipper) => {
  await using node = await diskNode(skipper, clock);
  await node.boot();
  const fault = await brownout.apply(node, brownout.params.parse({ cuts: 50, off: '1h' }), context);
  await fault.heal();
  expect(node.pid).toBeDefined();
});

test('without a volatile disk there is no power cut, and it says why', () => {
  const node = { name: 'box', clock: undefined } as FaultableNode;
  expect(powerCut.unavailable!(node)).toMatchObject({ fix: expect.stringContaining('${folder}') });
  const obstacle = { reason: 'no /dev/fuse', fix: 'modprobe fuse' };
  expect(brownout.unavailable!({ ...node, diskObstacle: obstacle })).toEqual(obstacle);
});
