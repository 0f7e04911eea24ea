import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'vitest';
import { NodeClock } from '../clock/node-clock.ts';
import { freshDisk } from '../disk/testing/fresh-disk.ts';
import type { FaultableNode } from '../faults/fault.ts';
import type { RunClock } from '../run-clock.ts';
import { siblingModule } from '../sibling-module.ts';

interface Answer {
  /** `ok`, or ENOSPC and the like. */
  said: string;
  tookMs: number;
  nowMs: number;
}

/** A node for tests whose folder lies on a volatile disk, and whose program appends to a file there what it is told. */
export async function diskNode(context: TestContext, runClock: RunClock) {
  await using owned = new AsyncDisposableStack();
  const disk = owned.use(await freshDisk(context));
  const clockFolder = mkdtempSync(path.join(os.tmpdir(), 'brownout-clock-'));
  owned.defer(() => rmSync(clockFolder, { recursive: true }));
  const clock = new NodeClock(clockFolder, runClock);
  const file = path.join(disk.outside, 'log');
  let child: ChildProcess | undefined;
  const it = {
    name: 'gateway',
    disk,
    clock,
    /** How often it has been started. */
    boots: 0,
    get pid() {
      return child?.exitCode === null && child.signalCode === null ? child.pid : undefined;
    },
    get exit() {
      return child && { code: child.exitCode, signal: child.signalCode };
    },
    async boot() {
      if (it.pid) return;
      it.boots++;
      clock.booting();
      const program = siblingModule(import.meta.url, './disk-program');
      child = fork(program, [path.join(disk.folder, 'log')], { detached: true, execArgv: [], env: { ...process.env, ...clock.envOver(process.env) } });
      await it.append('');
    },
    async append(text: string, { flush = false } = {}): Promise<Answer> {
      const here = child!;
      here.send({ text, flush }, () => {});
      const answer = await Promise.race([once(here, 'message'), once(here, 'exit')]);
      return answer[0] as Answer;
    },
    written: () => (existsSync(file) ? readFileSync(file, 'utf8') : ''),
    async kill() {
      if (!it.pid) return;
      process.kill(-it.pid, 'SIGKILL');
      await once(child!, 'exit');
    },
  };
  owned.defer(() => it.kill());
  const resources = owned.move();
  return Object.assign(it satisfies FaultableNode, { [Symbol.asyncDispose]: () => resources.disposeAsync() });
}
