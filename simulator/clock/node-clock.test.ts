import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startRunClock } from '../run-clock.ts';
import { siblingModule } from '../sibling-module.ts';
import { NodeClock } from './node-clock.ts';
import type { Skew } from './skewable-clock.ts';

const HOUR_MICROS = 3_600_000_000;
const HOUR_MS = 3_600_000;

/** A node that answers what is asked of it: see `testing/clock-program.ts`. */
function skewed() {
  const folder = mkdtempSync(join(tmpdir(), 'brownout clock-'));
  const runClock = startRunClock();
  const clock = new NodeClock(folder, runClock);
  const started: ChildProcess[] = [];
  const start = () => {
    const child = fork(siblingModule(import.meta.url, '../testing/clock-program'), { env: { ...process.env, ...clock.envOver(process.env) }, execArgv: [] });
    started.push(child);
    return child;
  };
  let jumped: Skew | undefined;
  return {
    clock,
    runClock,
    start,
    jump(offsetMicros: number) {
      if (jumped) clock.lift(jumped);
      jumped = { offsetMicros, rate: 0, sinceMicros: 0 };
      clock.impose(jumped);
    },
    observed: () => clock.observations(0).at(-1),
    [Symbol.dispose]() {
      for (const child of started) child.kill('SIGKILL');
      rmSync(folder, { recursive: true });
    },
  };
}

async function ask(child: ChildProcess, question: string) {
  child.send(question);
  return (await once(child, 'message'))[0];
}

const aheadMs = async (child: ChildProcess) => (await ask(child, 'now')) - Date.now();

test('a jump reaches a running node at once, and so does the way back', async () => {
  using node = skewed();
  const child = node.start();
  expect(Math.abs(await aheadMs(child))).toBeLessThan(500);
  for (const hours of [1, -24, 0]) {
    node.jump(hours * HOUR_MICROS);
    expect(Math.abs((await aheadMs(child)) - hours * HOUR_MS)).toBeLessThan(500);
    const seen = node.observed()!;
    expect(seen.pid).toBe(child.pid);
    expect(Math.abs(seen.offsetMicros - hours * HOUR_MICROS)).toBeLessThan(20_000);
    expect(Math.abs(seen.atMicros - node.runClock.nowMicros())).toBeLessThan(500_000);
  }
});

test('what is monotonic stays true, also across a jump', async () => {
  using node = skewed();
  const child = node.start();
  const took = ask(child, 'monotonic');
  for (const hours of [1, -1, 0]) {
    await sleep(30);
    node.jump(hours * HOUR_MICROS);
  }
  const { timerMs, hrtimeMs, performanceMs } = await took;
  for (const ms of [timerMs, hrtimeMs, performanceMs]) expect(Math.abs(ms - 200)).toBeLessThan(150);
});

test('a node that is down sees the jump when it is up again; until then there is no proof', async () => {
  using node = skewed();
  node.jump(HOUR_MICROS);
  expect(node.observed()).toBeUndefined();
  for (let boot = 0; boot < 2; boot++) {
    const child = node.start();
    expect(Math.abs((await aheadMs(child)) - HOUR_MS)).toBeLessThan(500);
    expect(node.observed()).toMatchObject({ pid: child.pid });
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

test('a node that never looks at its clock proves nothing', async () => {
  using node = skewed();
  const child = node.start();
  await ask(child, 'monotonic');
  node.jump(HOUR_MICROS);
  await ask(child, 'monotonic');
  expect(node.observed()).toBeUndefined();
});

test('worker threads and child processes share the clock', async () => {
  using node = skewed();
  const child = node.start();
  node.jump(HOUR_MICROS);
  for (const where of ['worker', 'child']) {
    expect(Math.abs((await ask(child, where)) - Date.now() - HOUR_MS)).toBeLessThan(1000);
  }
});

test('Date stays the Date that programs know', async () => {
  using node = skewed();
  node.jump(HOUR_MICROS);
  const child = node.start();
  expect(await ask(child, 'date')).toEqual({
    name: 'Date',
    length: 7,
    instance: true,
    constructor: true,
    subclass: true,
    subclassAheadMs: expect.toSatisfy((ms: number) => Math.abs(ms) < 500),
    callAheadMs: expect.toSatisfy((ms: number) => Math.abs(ms) < 2000),
    argument: '1970-01-01T00:00:00.005Z',
    fields: Date.UTC(2024, 1, 29, 12),
    parse: Date.UTC(2024, 1, 29),
    clone: 7,
    originAheadMs: expect.toSatisfy((ms: number) => Math.abs(ms) < 500),
  });
});

test('a clock that drifts, and one that stands still, do so from the moment on, across restarts', async () => {
  using node = skewed();
  for (const rate of [1, -1]) {
    const skew = { offsetMicros: 0, rate, sinceMicros: node.runClock.nowMicros() };
    node.clock.impose(skew);
    await sleep(200);
    const child = node.start();
    for (let look = 0; look < 3; look++) {
      // It may take the child a while to answer, on a busy machine.
      const elapsedMs = () => (node.runClock.nowMicros() - skew.sinceMicros) / 1000;
      const [beforeMs, ahead, afterMs] = [elapsedMs(), await aheadMs(child), elapsedMs()];
      const lagMs = 2 * (afterMs - beforeMs) + 5;
      expect(ahead).toBeGreaterThan(Math.min(rate * beforeMs, rate * afterMs) - lagMs);
      expect(ahead).toBeLessThan(Math.max(rate * beforeMs, rate * afterMs) + lagMs);
      await sleep(100);
    }
    const first = await ask(child, 'now');
    await sleep(20);
    if (rate === -1) expect(await ask(child, 'now')).toBe(first);
    const observed = node.clock.observations(skew.sinceMicros);
    expect(observed.length).toBeGreaterThanOrEqual(2);
    for (const { offsetMicros, expectedMicros } of observed) expect(Math.abs(offsetMicros - expectedMicros)).toBeLessThan(20_000);
    node.clock.lift(skew);
    expect(Math.abs(await aheadMs(child))).toBeLessThan(100);
  }
});

test('skews add up, and each can be taken back by itself', async () => {
  using node = skewed();
  const child = node.start();
  const [hour, day, still] = [HOUR_MICROS, 24 * HOUR_MICROS, 0].map((offsetMicros, index) => ({ offsetMicros, rate: index === 2 ? -1 : 0, sinceMicros: node.runClock.nowMicros() }));
  for (const skew of [hour!, day!, still!]) node.clock.impose(skew);
  const frozenMs = await ask(child, 'now');
  expect(Math.abs(frozenMs - Date.now() - 25 * HOUR_MS)).toBeLessThan(1000);
  expect(node.clock.lift(hour!)).toBe(true);
  expect(node.clock.lift(hour!)).toBe(false);
  expect(await ask(child, 'now')).toBe(frozenMs - HOUR_MS);
  node.clock.lift(still!);
  node.clock.lift(day!);
  expect(Math.abs(await aheadMs(child))).toBeLessThan(500);
});
