import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { drift } from '../faults/drift.ts';
import type { FaultableNode } from '../faults/fault.ts';
import { frozen } from '../faults/frozen.ts';
import { jump } from '../faults/jump.ts';
import { startRunClock } from '../run-clock.ts';
import { FaketimeClock, faketimeLibrary } from './faketime-clock.ts';

const runClock = startRunClock();
const context = { clock: runClock, random: () => 0 };

/** A shell that writes what its clock says, in seconds, twenty times a second. */
function shell() {
  const folder = mkdtempSync(join(tmpdir(), 'brownout-faketime-'));
  const clock = new FaketimeClock(folder, runClock, faketimeLibrary()!);
  let child: ChildProcess | undefined;
  let saidSeconds = Number.NaN;
  return {
    name: 'bridge',
    clock,
    pid: undefined,
    kill: async () => {},
    async boot() {
      child = spawn('sh', ['-c', 'while :; do date +%s.%N; sleep 0.05; done'], { env: { ...process.env, ...clock.envOver(process.env) }, detached: true });
      child.stdout!.setEncoding('utf8').on('data', (text: string) => (saidSeconds = Number(text.trim().split('\n').at(-1))));
      await once(child.stdout!, 'data');
    },
    /** How far the program itself finds its clock off, from now on. */
    async offSeconds() {
      saidSeconds = Number.NaN;
      await vi.waitFor(() => expect(saidSeconds).not.toBeNaN(), { interval: 5 });
      return saidSeconds - Date.now() / 1000;
    },
    async [Symbol.asyncDispose]() {
      if (child) process.kill(-child.pid!, 'SIGKILL');
      rmSync(folder, { recursive: true });
    },
  } satisfies FaultableNode & Record<string | symbol, unknown>;
}

test.skipIf(!faketimeLibrary())('a native program sees a jump, a drift and a clock that stands still, while it runs, and the right time afterwards', async () => {
  await using node = shell();
  const early = await jump.apply(node, { by: -3_600_000 }, context);
  expect(await early.bite()).toMatchObject({ proven: false });
  await node.boot();
  expect(Math.abs((await node.offSeconds()) + 3600)).toBeLessThan(0.5);
  expect(await early.bite()).toMatchObject({ proven: true, detail: expect.stringContaining('under the same libfaketime') });
  await early.heal();
  expect(Math.abs(await node.offSeconds())).toBeLessThan(0.5);

  const drifts = await drift.apply(node, { rate: 3 }, context);
  await sleep(500);
  expect(await node.offSeconds()).toBeGreaterThan(0.8);
  expect(await drifts.bite()).toMatchObject({ proven: true });
  await drifts.heal();

  const still = await frozen.apply(node, {}, context);
  await vi.waitFor(async () => {
    const before = (await node.offSeconds()) + Date.now() / 1000; // it may still be what the clock said before
    await sleep(200);
    expect(Math.abs((await node.offSeconds()) + Date.now() / 1000 - before)).toBeLessThan(0.05);
  }, { timeout: 5000 });
  expect(await still.bite()).toMatchObject({ proven: true });
  await still.heal();
  expect(Math.abs(await node.offSeconds())).toBeLessThan(0.5);
});
