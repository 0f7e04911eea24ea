import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { clockBite } from '../../faults/clock-bite.ts';
import { vdsoObstacle } from './obstacle.ts';
import { tellers, told } from './testing/told.ts';

const obstacle = await vdsoObstacle();
if (obstacle) console.warn(`not tested: programs under the vDSO clock, for ${obstacle}`);
const HOUR = 3600;
const near = (seconds: number) => expect.toSatisfy((it: number) => Math.abs(it - seconds) < 0.5, `within 0.5 of ${seconds}`);
const tracerOf = (pid: number) => Number(/^TracerPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))![1]);
const isThere = (pid: number) => readdirSync('/proc').includes(String(pid)) && !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));

describe.skipIf(obstacle)('a traced program', () => {
  test('a program keeps its process id, its signals, its exit code, its environment and nothing of ours', async () => {
    using node = told();
    const descriptors = spawnSync('sh', ['-c', 'ls /proc/self/fd | wc -l'], { encoding: 'utf8' }).stdout.trim();
    const program = await node.start(['bash', '-c', 'echo $$; echo "$PERL_BADLANG$A"; ls /proc/self/fd | wc -l; trap "exit 7" TERM; while :; do sleep 0.01; done'], { PATH: process.env.PATH, A: 'a' });
    await vi.waitFor(() => expect(program.lines.map(({ text }) => text)).toEqual([String(program.child.pid), 'a', descriptors]));
    expect(await program.end('SIGTERM')).toEqual({ code: 7, signal: null });
    const killed = await node.start(['sleep', '60']);
    expect(await killed.end('SIGINT')).toEqual({ code: null, signal: 'SIGINT' });
  });

  test('a command that is not there is told by its code', async () => {
    using node = told();
    await expect(node.start(['no-such-program'])).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(node.start([tmpdir()])).rejects.toMatchObject({ code: 'EACCES' });
  });

  test('a node that is killed again and again while it starts programs is never out of reach', async () => {
    using node = told();
    const skew = node.skew(HOUR);
    node.clock.impose(skew);
    for (let life = 0; life < 8; life++) {
      const program = await node.start(['bash', '-c', 'while :; do date +%s & date +%s; done']);
      await program.next();
      await program.end();
    }
    expect(node.clock.use(0)).toMatchObject({ unreached: [], kernelWaits: [] });
    node.clock.lift(skew);
  });

  test('a stopped node stands still, and goes on', async () => {
    using node = told();
    const program = await node.start(tellers['Node.js']!);
    await program.next();
    process.kill(-program.child.pid!, 'SIGSTOP');
    await vi.waitFor(() => expect(readFileSync(`/proc/${program.child.pid}/stat`, 'latin1')).toMatch(/\) t /));
    await sleep(50);
    const { length } = program.lines;
    await sleep(100);
    expect(program.lines).toHaveLength(length);
    const skew = node.skew(HOUR);
    node.clock.impose(skew);
    process.kill(-program.child.pid!, 'SIGCONT');
    expect(await program.next()).toMatchObject({ aheadSeconds: near(HOUR) });
    node.clock.lift(skew);
  });

  test('the tracer ends with the node', async () => {
    using node = told();
    const program = await node.start(tellers['a shell with one `date` after the other']!);
    const tracer = tracerOf(program.child.pid!);
    expect(isThere(tracer)).toBe(true);
    await program.next();
    await program.end();
    await vi.waitFor(() => expect(isThere(tracer)).toBe(false), { timeout: 5000 });
  });

  test('a node outlives its tracer; what it starts afterwards is told the true time, and that is said', async () => {
    using node = told();
    const program = await node.start(tellers['a shell with one `date` after the other']!);
    const skew = node.skew(HOUR);
    node.clock.impose(skew);
    expect(await program.next()).toMatchObject({ aheadSeconds: near(HOUR) });
    process.kill(tracerOf(program.child.pid!), 'SIGKILL');
    await vi.waitFor(async () => expect(await program.next()).toMatchObject({ aheadSeconds: near(0) }));
    expect(clockBite(node.clock, skew, skew.sinceMicros)).toMatchObject({ proven: false, detail: expect.stringMatching(/every program that the node starts from now on: what traced it was killed by SIGKILL/) });
    node.clock.lift(skew);
  });

  test('a harness that is killed leaves nobody stopped, and no tracer once the node has ended', async () => {
    const harness = spawn(process.execPath, [new URL('testing/harness-program.ts', import.meta.url).pathname], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = (await once(harness.stdout!, 'data')) as [Buffer];
    const pid = Number(said);
    const tracer = tracerOf(pid);
    harness.kill('SIGKILL');
    await once(harness, 'exit');
    try {
      const beats = () => Number(/^nonvoluntary_ctxt_switches|voluntary_ctxt_switches:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))![1]);
      const before = beats();
      await vi.waitFor(() => expect(beats()).toBeGreaterThan(before + 10), { timeout: 5000 }); // it goes on to start programs
      expect(isThere(tracer)).toBe(true);
    } finally {
      process.kill(-pid, 'SIGKILL');
    }
    await vi.waitFor(() => expect(isThere(tracer)).toBe(false), { timeout: 5000 });
  });
});
