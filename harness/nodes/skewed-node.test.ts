import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { vdsoObstacle } from '../../simulator/clock/vdso/obstacle.ts';
import { perlProgram } from '../../simulator/clock/vdso/perl.ts';
import { VdsoClock } from '../../simulator/clock/vdso/vdso-clock.ts';
import { freshDisk } from '../../simulator/disk/testing/fresh-disk.ts';
import { waysToMount } from '../../simulator/disk/ways-to-mount.ts';
import { crash } from '../../simulator/faults/crash.ts';
import { jump } from '../../simulator/faults/jump.ts';
import { pause } from '../../simulator/faults/pause.ts';
import { resetAtBoot } from '../../simulator/faults/reset-at-boot.ts';
import { isLiving } from '../../simulator/process-family.ts';
import { startRunClock } from '../../simulator/run-clock.ts';
import { ProcessNode, type ProcessNodeSpec } from './process-node.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'skewed-node-'));
afterAll(() => rmSync(folder, { recursive: true }));
const runClock = startRunClock();
const context = { clock: runClock, random: () => 0 };
const nothing = () => {};
const watcher = { started: nothing, ready: nothing, killed: nothing, stopped: nothing, exited: nothing, ended: nothing, gone: nothing, interrupted: nothing };
const obstacle = await vdsoObstacle();
if (obstacle) console.warn(`not tested: nodes under the vDSO clock, for ${obstacle}`);

/** A node under the vDSO clock, whose log says the seconds that a child of it is told. */
function skewedNode(spec: Partial<ProcessNodeSpec> = {}) {
  const logFile = path.join(folder, `${Math.random()}.log`);
  const command = ['sh', '-c', 'while :; do date +%s; sleep 0.02; done'];
  const node = new ProcessNode({ name: 'gateway', command, cwd: folder, env: { PATH: process.env.PATH! }, ready: { log: '.', withinMs: 10_000 }, logFile, clock: new VdsoClock(perlProgram()!, runClock), ...spec }, watcher);
  const seconds = () => readFileSync(logFile, 'utf8').trim().split('\n').map(Number);
  const aheadSeconds = () => seconds().at(-1)! - Date.now() / 1000;
  return { node, seconds, aheadSeconds };
}

function childrenOfOurs(): string[] {
  const pids = readdirSync('/proc/self/task').flatMap((tid) => readFileSync(`/proc/self/task/${tid}/children`, 'latin1').trim().split(' '));
  return pids.filter((pid) => pid !== '').map((pid) => readFileSync(`/proc/${pid}/comm`, 'latin1').trim());
}

describe.skipIf(obstacle)('a node whose clock is skewed', () => {
  test('is paused whole, and goes on', async () => {
    const { node, aheadSeconds } = skewedNode();
    await using _ = node;
    await node.boot();
    const fault = await pause.apply(node, {}, context);
    expect(await fault.bite()).toMatchObject({ proven: true });
    await fault.heal();
    expect(node.processes()!.map(({ state }) => state)).not.toContain('T');
    const off = await jump.apply(node, { by: 3_600_000 }, context);
    await vi.waitFor(() => expect(Math.abs(aheadSeconds() - 3600)).toBeLessThan(2), { timeout: 5000 });
    await off.heal();
    await vi.waitFor(() => expect(Math.abs(aheadSeconds())).toBeLessThan(2), { timeout: 5000 });
  });

  test('boots into 1970 after a crash, and nothing of it is left', async () => {
    const { node, seconds } = skewedNode();
    await using _ = node;
    await node.boot();
    const first = node.pid!;
    const reset = await resetAtBoot.apply(node, { to: '1970-01-01' }, context);
    const killed = await crash.apply(node, {}, context);
    expect(await killed.bite()).toMatchObject({ proven: true });
    expect(isLiving(first)).toBe(false);
    await killed.heal();
    await vi.waitFor(() => expect(seconds().at(-1)).toBeLessThan(30));
    expect(await reset.bite()).toMatchObject({ proven: true });
    await reset.heal();
  });

  test('can be killed while it is being started', async () => {
    const { node } = skewedNode();
    await using _ = node;
    const booted = node.boot();
    expect(node.pid).toBeDefined();
    await node.kill();
    await booted;
    expect(node.pid).toBeUndefined();
    await vi.waitFor(() => expect(childrenOfOurs()).not.toContain('perl'));
  });

  test('says so if its command is not found', async () => {
    const { node } = skewedNode({ command: ['no-such-program'] });
    await using _ = node;
    await expect(node.boot()).rejects.toThrow('command not found: no-such-program');
  });

  test.for(waysToMount.map(({ name }) => name))('is reached on a disk that is mounted by way of %s, too', async (way, skipper) => {
    await using disk = await freshDisk(skipper, { way });
    const { node, aheadSeconds } = skewedNode({ cwd: disk.folder, command: disk.enter(['sh', '-c', 'while :; do date +%s; sleep 0.02; done'], disk.folder) });
    await using _ = node;
    await node.boot();
    const off = await jump.apply(node, { by: 3_600_000 }, context);
    await vi.waitFor(() => expect(Math.abs(aheadSeconds() - 3600)).toBeLessThan(2), { timeout: 5000 });
    expect(await off.bite()).toMatchObject({ proven: true });
    await off.heal();
  });
});
