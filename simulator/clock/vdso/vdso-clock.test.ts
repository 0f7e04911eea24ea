import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { clockBite } from '../../faults/clock-bite.ts';
import { vdsoObstacle } from './obstacle.ts';
import { asksTheKernelOnly } from './reach.ts';
import { ASKS_KERNEL, PAUSES, smallProgram } from './testing/small-program.ts';
import { tellers, told } from './testing/told.ts';

const obstacle = await vdsoObstacle();
if (obstacle) console.warn(`not tested: clocks through the vDSO, for ${obstacle}`);
const HOUR = 3600;

describe.skipIf(obstacle)('through the vDSO', () => {
  test.for(Object.entries(tellers))('%s is in 1970 from its first instruction, then jumps, drifts, stands still and is right again', async ([name, command]) => {
    using node = told();
    const boot = node.skew(-Date.now() / 1000);
    node.clock.impose(boot);
    const program = await node.start(command);
    expect((await program.next(), program.lines).every(({ seconds }) => seconds >= 0 && seconds < 30)).toBe(true);
    node.clock.lift(boot);
    expect(Math.abs((await program.next()).aheadSeconds)).toBeLessThan(1.1); // some tell whole seconds only

    const hour = node.skew(HOUR);
    node.clock.impose(hour);
    expect(Math.abs((await program.next()).aheadSeconds - HOUR)).toBeLessThan(1.1);
    const bite = clockBite(node.clock, hour, hour.sinceMicros);
    expect(bite).toMatchObject({ proven: true, detail: expect.stringMatching(/told a time 3600\.0\d\d s off/) });
    if (!name.includes('`date`')) expect(bite.numbers.looks).toBeGreaterThan(0);

    const still = node.skew(0, -1);
    node.clock.impose(still);
    const { text } = await program.next();
    expect((await program.next()).text.slice(0, 14)).toBe(text.slice(0, 14));
    node.clock.lift(still);
    node.clock.lift(hour);
    expect(Math.abs((await program.next()).aheadSeconds)).toBeLessThan(1.1);
    const fast = node.skew(0, 20);
    node.clock.impose(fast);
    await sleep(100);
    expect((await program.next()).aheadSeconds).toBeGreaterThan(1.1);
    node.clock.lift(fast);
    expect(Math.abs((await program.next()).aheadSeconds)).toBeLessThan(1.1);
  });

  test('a program that never looks is proven to be off all the same, and that it never looked is told', async () => {
    using node = told();
    const program = await node.start(['perl', '-e', '$| = 1; print "up\\n"; select undef, undef, undef, 60']);
    await vi.waitFor(() => expect(program.lines).toHaveLength(1));
    const skew = node.skew(HOUR);
    node.clock.impose(skew);
    expect(clockBite(node.clock, skew, skew.sinceMicros)).toMatchObject({
      proven: true,
      detail: expect.stringContaining('never looked at its wall clock'),
      numbers: { looks: 0, uncounted: 0, processes: 1, kernelWaits: 0 },
    });
    node.clock.lift(skew);
  });

  test('a node that is down proves nothing', () => {
    using node = told();
    const skew = node.skew(HOUR);
    node.clock.impose(skew);
    expect(clockBite(node.clock, skew, skew.sinceMicros)).toMatchObject({ proven: false, detail: 'no process of the node ran meanwhile' });
  });

  test('a daemon that left its group is reached, too', async () => {
    using node = told();
    const daemon = 'fork && exit; setsid; fork && exit; $| = 1; print "$$\\n"; while (1) { print time, "\\n"; select undef, undef, undef, 0.02 }';
    const program = await node.start(['perl', '-MPOSIX=setsid', '-e', daemon]);
    await vi.waitFor(() => expect(program.lines.length).toBeGreaterThan(3));
    const pid = program.lines[0]!.seconds;
    try {
      const skew = node.skew(HOUR);
      node.clock.impose(skew);
      expect(Math.abs((await program.next()).aheadSeconds - HOUR)).toBeLessThan(1.1);
      expect(clockBite(node.clock, skew, skew.sinceMicros)).toMatchObject({ proven: true, numbers: { pid } });
      node.clock.lift(skew);
    } finally {
      process.kill(pid, 'SIGKILL');
    }
  });

  test('a node that starts programs through scripts all the time is reached as a whole', async () => {
    using node = told();
    const skew = node.skew(HOUR);
    node.clock.impose(skew);
    const program = await node.start(['bash', '-c', 'while :; do echo $(bash -c "echo \\$(date +%s) | cat"); done']);
    for (let time = 0; time < 8; time++) expect(Math.abs((await program.next()).aheadSeconds - HOUR)).toBeLessThan(1.1);
    expect(clockBite(node.clock, skew, skew.sinceMicros)).toMatchObject({ proven: true });
    node.clock.lift(skew);
  });

  test('a static program that never looks is no obstacle; one that asks the kernel makes the proof fail, by name', async () => {
    using node = told();
    for (const [program, expected] of [
      [PAUSES, { proven: true, numbers: { processes: 1, looks: 0 } }],
      [ASKS_KERNEL, { proven: false, detail: expect.stringMatching(/small \(process \d+\): it asks the kernel for the time/) }],
    ] as const) {
      using file = smallProgram(program);
      const { end } = await node.start([file.path]);
      const skew = node.skew(HOUR);
      node.clock.impose(skew);
      await vi.waitFor(() => expect(clockBite(node.clock, skew, skew.sinceMicros)).toMatchObject(expected));
      node.clock.lift(skew);
      await end();
    }
  });

  test('what kind of program it is, is seen from its file', async () => {
    using file = smallProgram(PAUSES);
    const child = spawn(file.path);
    await once(child, 'spawn');
    expect(asksTheKernelOnly(child.pid!)).toBe(true);
    expect(asksTheKernelOnly(process.pid)).toBe(false);
    child.kill();
  });

  test('a program that asks the kernel beside its vDSO makes the proof fail, by name', async () => {
    using node = told();
    const program = await node.start(['perl', '-e', '$| = 1; my $ts = pack("qq"); while (1) { syscall(228, 0, $ts); print +(unpack "qq", $ts)[0], "\\n"; select undef, undef, undef, 0.02 }']);
    const skew = node.skew(HOUR);
    node.clock.impose(skew);
    expect(Math.abs((await program.next()).aheadSeconds)).toBeLessThan(1.1);
    await vi.waitFor(() => expect(clockBite(node.clock, skew, skew.sinceMicros)).toMatchObject({ proven: false, detail: expect.stringMatching(/perl \(process \d+\): it asks the kernel for the time/) }));
    node.clock.lift(skew);
  });

  test('a wait for a moment by the wall clock of the kernel is found', async () => {
    using node = told();
    const program = await node.start(['perl', '-e', '$| = 1; print "up\\n"; my $until = pack("qq", time + 60, 0); syscall(230, 0, 1, $until, 0)']);
    await vi.waitFor(() => expect(program.lines).toHaveLength(1));
    const skew = node.skew(HOUR);
    node.clock.impose(skew);
    await vi.waitFor(() => expect(clockBite(node.clock, skew, skew.sinceMicros)).toMatchObject({ proven: true, detail: expect.stringMatching(/kernel, which stays true: perl \(process \d+\) by clock_nanosleep/), numbers: { kernelWaits: 1 } }));
    node.clock.lift(skew);
  });
});
