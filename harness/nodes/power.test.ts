import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test, vi, type TestContext } from 'vitest';
import { mountsAt } from '../../simulator/disk/forgetful-disk.ts';
import { freshDisk } from '../../simulator/disk/testing/fresh-disk.ts';
import { waysToMount, type WayToMount } from '../../simulator/disk/ways-to-mount.ts';
import { crash } from '../../simulator/faults/crash.ts';
import { powerCut } from '../../simulator/faults/power-cut.ts';
import { startRunClock } from '../../simulator/run-clock.ts';
import type { PlannedFault } from '../../scenarios/schema/scenario.ts';
import { makeNodeFolders } from './node-folders.ts';
import { ProcessNode } from './process-node.ts';

const context = { clock: startRunClock(), random: () => 0 };
const cut = powerCut.params.parse({});
const nothing = () => {};
const watcher = { started: nothing, ready: nothing, killed: nothing, stopped: nothing, exited: nothing, ended: nothing, gone: nothing, interrupted: nothing };

/** A node that, at each start, adds a line to a file that it syncs and to one that it does not. */
async function writingNode(skipper: TestContext, way?: WayToMount['name']) {
  const disk = await freshDisk(skipper, { way });
  const program = "const fs = require('fs'); fs.appendFileSync('synced', 'x', { flush: true }); fs.appendFileSync('unsynced', 'x'); console.log('up'); setInterval(() => {}, 1000)";
  const command = disk.enter([process.execPath, '-e', program], disk.folder);
  const logFile = path.join(os.tmpdir(), `${path.basename(disk.folder)}.log`);
  const node = new ProcessNode({ name: 'gateway', command, cwd: disk.folder, env: { PATH: process.env.PATH! }, ready: { log: 'up', withinMs: 10_000 }, logFile, disk }, watcher);
  const lengthOf = (file: string) => readFileSync(path.join(disk.outside, file), { encoding: 'utf8', flag: 'a+' }).length;
  const dispose = async () => {
    await node[Symbol.asyncDispose]();
    await disk[Symbol.asyncDispose]();
    rmSync(logFile, { force: true });
  };
  return { node, lengthOf, [Symbol.asyncDispose]: dispose };
}

test.for(waysToMount.map(({ name }) => name))('a real process on a disk mounted by way of %s loses what it did not sync, and nothing else', async (way, skipper) => {
  await using it = await writingNode(skipper, way);
  await it.node.boot();
  const fault = await powerCut.apply(it.node, cut, context);
  expect(await fault.bite()).toMatchObject({ proven: true, numbers: { lostBytes: 1 } });
  await fault.heal();
  expect([it.lengthOf('synced'), it.lengthOf('unsynced')]).toEqual([2, 1]);
});

test('a node without power does not boot, whatever else ends meanwhile', async (skipper) => {
  await using it = await writingNode(skipper);
  await it.node.boot();
  const crashed = await crash.apply(it.node, {}, context);
  const [first, second] = [await powerCut.apply(it.node, cut, context), await powerCut.apply(it.node, cut, context)];
  await crashed.heal();
  await first.heal();
  await first.heal();
  expect(it.node.pid).toBeUndefined();
  await second.heal();
  expect(it.node.pid).toBeDefined();
});

test('only nodes whose disk or power fails get a volatile disk', async (skipper) => {
  await freshDisk(skipper).then((disk) => disk[Symbol.asyncDispose]()); // says why if there can be none
  const workFolder = mkdtempSync(path.join(os.tmpdir(), 'brownout-work-'));
  const plan = [{ kind: 'power-cut', target: 'gateway' }, { kind: 'crash', target: 'ingest' }] as PlannedFault[];
  {
    await using owned = new AsyncDisposableStack();
    const folders = await makeNodeFolders(['gateway', 'ingest'], { plan, workFolder, owned });
    expect([...folders.values()].map(({ disk }) => disk !== undefined)).toEqual([true, false]);
    expect([...folders.values()].map(({ inside }) => mountsAt(inside))).toEqual([1, 0]);
    mkdirSync(path.join(folders.get('gateway')!.outside, 'data'));
  }
  await vi.waitFor(() => expect(mountsAt(path.join(workFolder, 'gateway'))).toBe(0));
  rmSync(workFolder, { recursive: true });
});
