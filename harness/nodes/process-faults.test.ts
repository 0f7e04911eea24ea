import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { crash } from '../../simulator/faults/crash.ts';
import { pause } from '../../simulator/faults/pause.ts';
import { stop } from '../../simulator/faults/stop.ts';
import { upgrade } from '../../simulator/faults/upgrade.ts';
import { isLiving, seesProcesses } from '../../simulator/process-family.ts';
import { startRunClock } from '../../simulator/run-clock.ts';
import { ProcessNode } from './process-node.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'process-faults-'));
afterAll(() => rmSync(folder, { recursive: true }));
const context = { clock: startRunClock(), random: () => 0 };

const nothing = () => {};

/**
 * A node with a child process that writes a file all the time: `beats` is how long that file is by now. A daemonised one has
 * a session of its own, a parent that is gone, and an environment emptied of everything.
 */
async function beating({ heedsTerm = true, daemonised = false } = {}) {
  const file = path.join(folder, `${Math.random()}.beats`);
  const child = `setInterval(() => require('fs').appendFileSync(${JSON.stringify(file)}, '.'), 5)`;
  const program = `${heedsTerm ? '' : "process.on('SIGTERM', () => {});"} ${daemonised ? asDaemon(child) : `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}])`}; console.log('up'); setInterval(() => {}, 5)`;
  const interrupted = vi.fn();
  const watcher = { started: nothing, ready: nothing, killed: nothing, stopped: nothing, exited: nothing, ended: nothing, gone: nothing, interrupted };
  const ready = { log: 'up', withinMs: 10_000 };
  const node = new ProcessNode({ name: 'gateway', command: [process.execPath, '-e', program], cwd: folder, env: { PATH: process.env.PATH! }, ready, logFile: `${file}.log` }, watcher);
  await node.boot();
  const beats = () => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  await vi.waitFor(() => expect(beats()).toBeGreaterThan(0), { timeout: 5000 });
  return { node, interrupted, beats, [Symbol.asyncDispose]: () => node[Symbol.asyncDispose]() };
}

function asDaemon(program: string): string {
  return `require('child_process').spawn('sh', ['-c', 'env -i setsid "$0" -e "$1" >/dev/null 2>&1 &', process.execPath, ${JSON.stringify(program)}])`;
}

test.skipIf(!seesProcesses)('a crash, a stop and a pause reach what has daemonised itself', async () => {
  await using it = await beating({ daemonised: true });
  const paused = await pause.apply(it.node, {}, context);
  const before = it.beats();
  await new Promise((done) => setTimeout(done, 100));
  expect(it.beats()).toBe(before);
  await paused.heal();
  expect(await paused.bite()).toMatchObject({ proven: true, numbers: { stopped: 2, processes: 2 } });
  for (const apply of [() => crash.apply(it.node, {}, context), () => stop.apply(it.node, { grace: 2000 }, context)]) {
    const daemons = it.node.processes()!.filter(({ pid }) => pid !== it.node.pid);
    expect(daemons).toHaveLength(1);
    const fault = await apply();
    expect(daemons.filter(({ pid }) => isLiving(pid))).toEqual([]);
    expect(await fault.bite()).toMatchObject({ proven: true });
    const after = it.beats();
    await fault.heal();
    await vi.waitFor(() => expect(it.beats()).toBeGreaterThan(after), { timeout: 5000 });
  }
});

test('a crash that a process of the node survives proves nothing', async () => {
  await using it = await beating();
  const survivor = { pid: process.pid, state: 'S', cpuTicks: 0 };
  const fault = await crash.apply({ name: 'gateway', pid: it.node.pid, clock: undefined, kill: () => it.node.kill(), boot: async () => {}, processes: () => [survivor] }, {}, context);
  expect(await fault.bite()).toMatchObject({ proven: false, detail: `process ${process.pid} survived` });
});

test('a pause halts every process of the node and takes no processor time; healed, they go on', async () => {
  await using it = await beating();
  const fault = await pause.apply(it.node, {}, context);
  const before = it.beats();
  expect(it.interrupted).toHaveBeenCalledTimes(1);
  await new Promise((done) => setTimeout(done, 100));
  expect(it.beats()).toBe(before);
  expect(await fault.bite()).toMatchObject({ proven: true, numbers: { stopped: 2, processes: 2, usedTicks: 0 } });
  await fault.heal();
  await fault.heal();
  expect(it.interrupted).toHaveBeenCalledTimes(2);
  await vi.waitFor(() => expect(it.beats()).toBeGreaterThan(before));
  expect(await fault.bite()).toMatchObject({ proven: true });
});

test('of two pauses, the one that ends last lets the node go on', async () => {
  await using it = await beating();
  const [first, second] = [await pause.apply(it.node, {}, context), await pause.apply(it.node, {}, context)];
  await first.heal();
  expect(it.node.processes()!.map(({ state }) => state)).toEqual(['T', 'T']);
  await second.heal();
  expect(it.node.processes()!.map(({ state }) => state)).not.toContain('T');
});

test('a node that is killed in its pause and booted is not paused, and the pause heals without touching it', async () => {
  await using it = await beating();
  const paused = await pause.apply(it.node, {}, context);
  const crashed = await crash.apply(it.node, {}, context);
  await expect(pause.apply(it.node, {}, context)).rejects.toThrow('is down');
  await crashed.heal();
  const before = it.beats();
  await vi.waitFor(() => expect(it.beats()).toBeGreaterThan(before), { timeout: 5000 });
  await paused.heal();
  expect(await paused.bite()).toMatchObject({ proven: false });
  expect(it.interrupted).toHaveBeenCalledTimes(1);
});

test.each([[true, 'SIGTERM', 'ended when it was asked to'], [false, 'SIGKILL', 'was killed']] as const)(
  'a stop asks the node to end (it heeds that: %s); healed, it is up again',
  async (heedsTerm, signal, words) => {
    await using it = await beating({ heedsTerm });
    const { pid } = it.node;
    const fault = await stop.apply(it.node, { grace: 200 }, context);
    expect(it.node.pid).toBeUndefined();
    expect(it.node.exit?.signal).toBe(signal);
    expect(await fault.bite()).toMatchObject({ proven: true, detail: expect.stringContaining(words), numbers: { pid } });
    await fault.heal();
    const second = it.node.pid;
    expect(second).toBeDefined();
    await fault.heal();
    expect(it.node.pid).toBe(second);
  },
);

test('an upgrade proves something only if the buffer was full', async () => {
  await using it = await beating();
  for (const [backlog, proven] of [[49, false], [50, true]] as const) {
    const fault = await upgrade.apply(it.node, { holding: 50, grace: 1000 }, { ...context, backlog: () => backlog });
    expect(await fault.bite()).toMatchObject({ proven, numbers: { backlogReadings: backlog } });
    await fault.heal();
    expect(it.node.pid).toBeDefined();
  }
});
