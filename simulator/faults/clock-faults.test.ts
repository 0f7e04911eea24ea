import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { vdsoObstacle } from '../clock/vdso/obstacle.ts';
import { startRunClock } from '../run-clock.ts';
import { clockNode } from '../testing/clock-node.ts';
import { crash } from './crash.ts';
import { drift } from './drift.ts';
import { frozen } from './frozen.ts';
import { jump } from './jump.ts';
import { resetAtBoot } from './reset-at-boot.ts';
import { strobe } from './strobe.ts';

const clock = startRunClock();
const context = { clock, random: () => 0 };
const aheadMs = async (node: { now(): Promise<number> }) => (await node.now()) - Date.now();

const obstacle = await vdsoObstacle();
/** Both ways to skew the clock of a Node.js program; `vDSO` is how any other program is reached, too. */
const engines = [{ engine: 'Date', skip: false }, { engine: 'vDSO', skip: obstacle !== undefined }] as const;
if (obstacle) console.warn(`not tested: clocks through the vDSO, for ${obstacle}`);

describe.each(engines.filter(({ skip }) => !skip))('through $engine', ({ engine }) => {
  test('a clock that drifts gains as it was told to, and is right when healed', async () => {
    await using it = clockNode(clock, engine);
    await it.boot();
    const fault = await drift.apply(it, { rate: 1.5 }, context);
    expect(await fault.bite()).toMatchObject({ proven: false });
    await sleep(300);
    expect(await aheadMs(it)).toBeGreaterThan(100);
    expect(await fault.bite()).toMatchObject({ proven: true });
    await fault.heal();
    await fault.heal();
    expect(Math.abs(await aheadMs(it))).toBeLessThan(50);
    expect(await fault.bite()).toMatchObject({ proven: true });
  });

  test('a drift too small to be seen proves nothing', async () => {
    await using it = clockNode(clock, engine);
    await it.boot();
    const fault = await drift.apply(it, { rate: 1.001 }, context);
    await sleep(50);
    await it.now();
    await fault.heal();
    expect(await fault.bite()).toMatchObject({ proven: false });
  });

  test('a frozen clock says the same time again and again, and is right when healed', async () => {
    await using it = clockNode(clock, engine);
    await it.boot();
    const fault = await frozen.apply(it, {}, context);
    const first = await it.now();
    await sleep(150);
    expect(await it.now()).toBe(first);
    expect(await fault.bite()).toMatchObject({ proven: true });
    await fault.heal();
    expect(Math.abs(await aheadMs(it))).toBeLessThan(50);
  });

  test('a strobe is seen on both sides, and is over on the right one', async () => {
    await using it = clockNode(clock, engine);
    await it.boot();
    const fault = await strobe.apply(it, { by: -3_600_000, every: 60 }, context);
    const seen = new Set<number>();
    await vi.waitFor(
      async () => {
        seen.add(Math.round((await aheadMs(it)) / 3_600_000) + 0);
        expect(await fault.bite()).toMatchObject({ proven: true });
      },
      { timeout: 5000, interval: 5 },
    );
    expect(seen).toEqual(new Set([-1, 0]));
    await fault.heal();
    await fault.heal();
    await sleep(80);
    expect(it.clock.offsetMicros).toBe(0);
  });

  test('a node that boots without a clock battery wakes up in the past, each time, until it is healed', async () => {
    await using it = clockNode(clock, engine);
    await it.boot();
    const fault = await resetAtBoot.apply(it, { to: '1970-01-01' }, context);
    expect(Math.abs(await aheadMs(it))).toBeLessThan(500);
    expect(await fault.bite()).toMatchObject({ proven: false });
    for (let boot = 0; boot < 2; boot++) {
      const killed = await crash.apply(it, {}, context);
      await killed.heal();
      expect(await it.now()).toBeLessThan(10_000);
    }
    expect(await fault.bite()).toMatchObject({ proven: true });
    await fault.heal();
    await fault.heal();
    expect(Math.abs(await aheadMs(it))).toBeLessThan(500);
    await it.kill();
    await it.boot();
    expect(Math.abs(await aheadMs(it))).toBeLessThan(500);
    for (const wrong of ['yesterday', '1970-13-01', '2020-01-01T00:00:00+02:00']) expect(resetAtBoot.params.safeParse({ to: wrong }).success).toBe(false);
  });

  test('clock faults over each other each prove themselves, and heal in any order', async () => {
    await using it = clockNode(clock, engine);
    await it.boot();
    const faults = [await jump.apply(it, { by: 60_000 }, context), await frozen.apply(it, {}, context), await drift.apply(it, { rate: 1.2 }, context), await jump.apply(it, { by: -500 }, context)];
    await sleep(100);
    await it.now();
    for (const fault of faults) expect(await fault.bite()).toMatchObject({ proven: true });
    for (const index of [2, 0, 3, 1]) await faults[index]!.heal();
    expect(it.clock.offsetMicros).toBe(0);
    expect(Math.abs(await aheadMs(it))).toBeLessThan(50);
  });
});
