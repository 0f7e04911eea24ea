import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { HarnessProblem } from '../problem.ts';
import { groupAlive } from '../../simulator/process-group.ts';
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
    gone: () => said.push('gone'),
  };
  const logFile = path.join(folder, `${Math.random()}.log`);
  const command = [process.execPath, '-e', program];
  const node = new ProcessNode(
    { name: 'n', command, cwd: folder, env: {}, ready: { log: ready.log ?? 'up', withinMs: ready.withinMs ?? 10_000 }, logFile },
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
  expect(groupAlive(first)).toBe(false);
  expect(node.pid).toBeUndefined();
  expect(node.exit).toEqual({ code: null, signal: 'SIGKILL' });
  expect(await node.serves()).toBe(false);
  await node.boot();
  expect(node.pid).not.toBe(first);
  expect(said).toEqual(['started', 'ready', 'killed', 'gone', 'started', 'ready']);
});

test('a node that does not heed SIGTERM is killed after the grace', async () => {
  const { node } = nodeOf(`process.on('SIGTERM', () => {}); ${FOREVER}`);
  await node.boot();
  const pid = node.pid!;
  await node.stop(100);
  expect(groupAlive(pid)).toBe(false);
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
