import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { HarnessProblem } from '../problem.ts';
import { isLiving, seesProcesses } from '../../simulator/process-family.ts';
import { ProcessNode, type NodeWatcher } from './process-node.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'node-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A node that runs this program, and what was said of its life. */
function nodeOf(program: string, ready: { log?: string; withinMs?: number } = {}) {
  const said: string[] = [];
  const watcher: NodeWatcher = {
    started: () => said.push('started'),
    ready: () => said.push('ready'),
    killed: () => said.push('killed'),
    stopped: () => said.push('stopped'),
    interrupted: () => said.push('interrupted'),
    exited: (_, how) => said.push(`exited, ${how}`),
    ended: () => said.push('ended'),
    gone: () => said.push('gone'),
  };
  const logFile = path.join(folder, `${Math.random()}.log`);
  const command = [process.execPath, '-e', program];
  const node = new ProcessNode(
    { name: 'n', command, cwd: folder, env: { PATH: process.env.PATH! }, ready: { log: ready.log ?? 'up', withinMs: ready.withinMs ?? 10_000 }, logFile },
    watcher,
  );
  return { node, said, logFile };
}

const FOREVER = 'console.log("up"); setInterval(() => {}, 1000)';

test('a node is up once it says so, is killed with all its children, and can be started again', async () => {
  const family = `require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']); ${FOREVER}`;
  const { node, said } = nodeOf(family);
  await using _ = node;
  await node.boot();
  const first = node.pid!;
  expect(await node.serves()).toBe(true);
  await node.kill();
  expect(isLiving(first)).toBe(false);
  expect(node.pid).toBeUndefined();
  expect(node.exit).toEqual({ code: null, signal: 'SIGKILL' });
  expect(await node.serves()).toBe(false);
  await node.boot();
  expect(node.pid).not.toBe(first);
  expect(said).toEqual(['started', 'ready', 'killed', 'ended', 'gone', 'started', 'ready']);
});

test('a node that does not heed SIGTERM is killed after the grace', async () => {
  const { node } = nodeOf(`process.on('SIGTERM', () => {}); ${FOREVER}`);
  await node.boot();
  const pid = node.pid!;
  await node.stop(100);
  expect(isLiving(pid)).toBe(false);
});

test('a node that ends by itself is told from one that was ended', async () => {
  const { node, said } = nodeOf('console.log("up"); setTimeout(() => process.exit(5), 50)');
  await using _ = node;
  await node.boot();
  await expect.poll(() => said).toContain('exited, exit code 5');
});

test('what a node prints is in its log and in the message when it never gets ready', async () => {
  const { node, logFile } = nodeOf('console.log("waiting for a licence"); setInterval(() => {}, 1000)', { withinMs: 300 });
  await using _ = node;
  const problem = await node.boot().catch((error: HarnessProblem) => error);
  expect(problem).toBeInstanceOf(HarnessProblem);
  expect((problem as HarnessProblem).message).toMatch(/never got ready: waited 0.3 s .*\n\s+\| waiting for a licence/);
  await node.stop();
  await expect.poll(() => readFileSync(logFile, 'utf8')).toBe('waiting for a licence\n');
});

test('what its log said once counts for as long as it lives, however much it says after that', async () => {
  const { node, logFile } = nodeOf('console.log("up"); setTimeout(() => { for (let n = 0; n < 5000; n++) console.log("reading", n); console.log("done"); }, 20); setInterval(() => {}, 1000)');
  await using _ = node;
  await node.boot();
  await vi.waitFor(() => expect(readFileSync(logFile, 'utf8')).toContain('done'));
  expect(await node.serves()).toBe(true);
  await node.kill();
  expect(await node.serves()).toBe(false);
});

test('escape sequences that a node prints are in its log and in no message', async () => {
  const { node, logFile } = nodeOf('console.log("\\u001b[2J\\u001b]0;gotcha\\u0007no licence"); process.exit(1)');
  await using _ = node;
  await expect(node.boot()).rejects.toThrow(/\n {4}\| no licence$/);
  await vi.waitFor(() => expect(readFileSync(logFile, 'utf8')).toBe('\u001b[2J\u001b]0;gotcha\u0007no licence\n'));
});

test.skipIf(!seesProcesses)('what a node that ended by itself left behind is ended before it is started again, and at the end', async () => {
  const daemon = `require('child_process').spawn('sh', ['-c', 'setsid sleep 1000 >/dev/null 2>&1 & echo up; sleep 0.3'], { stdio: 'inherit' }).on('exit', () => process.exit(3)); setInterval(() => {}, 1000)`;
  const { node, said } = nodeOf(daemon);
  {
    await using _ = node;
    await node.boot();
    await expect.poll(() => said).toContain('exited, exit code 3');
    const [first] = node.processes()!;
    expect(first).toBeDefined();
    await node.boot();
    expect(isLiving(first!.pid)).toBe(false);
    await expect.poll(() => node.pid).toBeUndefined();
    expect(node.processes()).toHaveLength(1);
  }
  expect(node.processes()).toEqual([]);
});

test.skipIf(!seesProcesses)('a node whose command returns at once is told what is wrong with that', async () => {
  const { node } = nodeOf(`require('child_process').spawn('sh', ['-c', 'setsid sleep 1000 >/dev/null 2>&1 &']).on('exit', () => process.exit(0))`);
  await using _ = node;
  const problem = await node.boot().catch((error: HarnessProblem) => error);
  expect(problem).toMatchObject({ message: 'node n died at start: exit code 0; it printed nothing', hint: expect.stringContaining('left one process in the background: have it stay in the foreground') });
});
