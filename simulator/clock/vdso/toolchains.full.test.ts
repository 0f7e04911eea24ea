import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { clockBite } from '../../faults/clock-bite.ts';
import { vdsoObstacle } from './obstacle.ts';
import { told } from './testing/told.ts';

const HOUR = 3600;
const folder = mkdtempSync(join(tmpdir(), 'brownout-toolchains-'));
afterAll(() => rmSync(folder, { recursive: true }));
const source = (name: string) => new URL(`testing/programs/${name}`, import.meta.url).pathname;
const built = (name: string) => join(folder, name);

/** What each language needs, how its program is built, and how it is run. */
const languages: { name: string; tool: string; build?: string[]; env?: Record<string, string>; run: string[] }[] = [
  { name: 'C', tool: 'gcc', build: ['gcc', '-o', built('c'), source('told.c')], run: [built('c')] },
  { name: 'C, static', tool: 'gcc', build: ['gcc', '-static', '-o', built('c-static'), source('told.c')], run: [built('c-static')] },
  { name: 'C, static, musl', tool: 'musl-gcc', build: ['musl-gcc', '-static', '-o', built('c-musl'), source('told.c')], run: [built('c-musl')] },
  { name: 'Go, static', tool: 'go', build: ['go', 'build', '-o', built('go'), source('told.go')], env: { CGO_ENABLED: '0' }, run: [built('go')] },
  { name: 'Rust', tool: 'rustc', build: ['rustc', '-o', built('rust'), source('told.rs')], run: [built('rust')] },
  { name: 'Java', tool: 'javac', build: ['javac', '-d', folder, source('Told.java')], run: ['java', '-cp', folder, 'Told'] },
  { name: 'Python', tool: 'python3', run: ['python3', source('told.py')] },
  { name: 'Python of the system', tool: '/usr/bin/python3', run: ['/usr/bin/python3', source('told.py')] },
];

const obstacle = await vdsoObstacle();
const found = (tool: string) => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', tool]).status === 0;

test.for(languages)('$name is in 1970 from its first instruction, then jumps, drifts, stands still and is right again', async ({ tool, build, env, run }, { skip }) => {
  if (obstacle) skip(obstacle);
  if (!found(tool)) skip(`${tool} is not installed`);
  if (build) {
    const { status, stderr } = spawnSync(build[0]!, build.slice(1), { encoding: 'utf8', cwd: folder, env: { ...process.env, GOFLAGS: '-mod=mod', ...env } });
    expect(status, stderr).toBe(0);
  }
  using node = told();
  const boot = node.skew(-Date.now() / 1000);
  node.clock.impose(boot);
  const program = await node.start(run);
  await program.next();
  expect(program.lines.filter(({ seconds }) => !(seconds >= 0 && seconds < 60))).toEqual([]);
  node.clock.lift(boot);
  expect(Math.abs((await program.next()).aheadSeconds)).toBeLessThan(0.5);
  for (const seconds of [HOUR, -400 * 24 * HOUR]) {
    const jump = node.skew(seconds);
    node.clock.impose(jump);
    expect(Math.abs((await program.next()).aheadSeconds - seconds)).toBeLessThan(0.5);
    expect(clockBite(node.clock, jump, jump.sinceMicros)).toMatchObject({ proven: true, numbers: { kernelWaits: 0, looks: expect.toSatisfy((looks: number) => looks > 0) } });
    node.clock.lift(jump);
  }
  const still = node.skew(0, -1);
  node.clock.impose(still);
  const { seconds } = await program.next();
  expect((await program.next()).seconds).toBe(seconds);
  node.clock.lift(still);
  const fast = node.skew(0, 20);
  node.clock.impose(fast);
  await sleep(100);
  expect((await program.next()).aheadSeconds).toBeGreaterThan(1.5);
  node.clock.lift(fast);
  expect(Math.abs((await program.next()).aheadSeconds)).toBeLessThan(0.5);
  expect(program.lines.filter(({ text }) => text === 'BAD')).toEqual([]);
});
