import { expect, test } from 'vitest';
import { startRunClock } from '../run-clock.ts';
import { diskNode } from '../testing/disk-node.ts';
import { fsyncError } from './fsync-error.ts';
import { full } from './full.ts';
import { lyingFsync } from './lying-fsync.ts';
import { readOnly } from './read-only.ts';
import { slow } from './slow.ts';

const clock = startRunClock();
const context = { clock, random: () => 0 };
const cut = { mode: 'none', seed: 1 } as const;

test('a full disk takes no more, but what the node frees; it bites with the first refusal', async (skipper) => {
  await using node = await diskNode(skipper, clock);
  await node.boot();
  await node.append('before ');
  const fault = await full.apply(node, {}, context);
  expect(await fault.bite()).toMatchObject({ proven: false });
  expect(await node.append('meanwhile ')).toMatchObject({ said: 'ENOSPC' });
  await fault.heal();
  await fault.heal();
  expect(await node.append('after')).toMatchObject({ said: 'ok' });
  expect(node.written()).toBe('before after');
  expect(await fault.bite()).toMatchObject({ proven: true, numbers: { requests: 1 } });
});

test('two of them are over each other until both are healed', async (skipper) => {
  await using node = await diskNode(skipper, clock);
  await node.boot();
  const [first, second] = [await readOnly.apply(node, {}, context), await readOnly.apply(node, {}, context)];
  await first.heal();
  expect(await node.append('meanwhile')).toMatchObject({ said: 'EROFS' });
  await second.heal();
  expect(await node.append('after')).toMatchObject({ said: 'ok' });
  expect(await second.bite()).toMatchObject({ proven: true });
  expect(await first.bite()).toMatchObject({ proven: false });
});

test('a slow disk takes longer for each request', async (skipper) => {
  await using node = await diskNode(skipper, clock);
  await node.boot();
  const fault = await slow.apply(node, { by: 40 }, context);
  expect((await node.append('x', { flush: true })).tookMs).toBeGreaterThan(80);
  await fault.heal();
  expect((await node.append('x', { flush: true })).tookMs).toBeLessThan(80);
  expect(await fault.bite()).toMatchObject({ proven: true, numbers: { requests: 2 } });
});

test('a failing sync fails as often as it was told to, and what it was for is gone after a cut though a later sync succeeded', async (skipper) => {
  await using node = await diskNode(skipper, clock);
  await node.boot();
  await node.append('-'.repeat(4096), { flush: true });
  const fault = await fsyncError.apply(node, { times: 1 }, context);
  expect(await node.append('failed'.padEnd(4096, '-'), { flush: true })).toMatchObject({ said: 'EIO' });
  expect(await node.append('synced', { flush: true })).toMatchObject({ said: 'ok' });
  expect(await fault.bite()).toMatchObject({ proven: true, numbers: { requests: 1 } });
  await fault.heal();
  expect(node.written().slice(4096, 4102)).toBe('failed');
  await node.kill();
  await node.disk.cut(cut);
  expect([node.written().slice(4096, 4102), node.written().slice(8192)]).toEqual(['\0'.repeat(6), 'synced']);
});

test('a lying sync is noticed only in a cut; what it confirmed is safe once the drive has emptied its cache', async (skipper) => {
  await using node = await diskNode(skipper, clock);
  await node.boot();
  const fault = await lyingFsync.apply(node, {}, context);
  expect(await node.append('confirmed', { flush: true })).toMatchObject({ said: 'ok' });
  expect(await fault.bite()).toMatchObject({ proven: true, numbers: { requests: 1 } });
  await node.disk.cut(cut);
  expect(node.written()).toBe('');
  await node.append('confirmed again', { flush: true });
  await fault.heal();
  await node.disk.cut(cut);
  expect(node.written()).toBe('confirmed again');
});

test('they heal after the node died and after its disk is gone', async (skipper) => {
  await using node = await diskNode(skipper, clock);
  await node.boot();
  const faults = [await full.apply(node, {}, context), await slow.apply(node, { by: 1 }, context)];
  await node.kill();
  await faults[0]!.heal();
  await node.disk.unmount();
  await faults[1]!.heal();
});
