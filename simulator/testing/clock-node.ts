import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeClock } from '../clock/node-clock.ts';
import type { FaultableNode } from '../faults/fault.ts';
import type { RunClock } from '../run-clock.ts';
import { siblingModule } from '../sibling-module.ts';

/** A node for tests whose program tells what its clock says. */
export function clockNode(runClock: RunClock) {
  const folder = mkdtempSync(join(tmpdir(), 'brownout-fault-'));
  let child: ChildProcess | undefined;
  const it = {
    name: 'gateway',
    clock: new NodeClock(folder, runClock),
    get pid() {
      return child?.exitCode === null && child.signalCode === null ? child.pid : undefined;
    },
    get exit() {
      return child && { code: child.exitCode, signal: child.signalCode };
    },
    async boot() {
      if (it.pid) return;
      it.clock.booting();
      const program = siblingModule(import.meta.url, './clock-program');
      child = fork(program, { detached: true, execArgv: [], env: { ...process.env, ...it.clock.envOver(process.env) } });
      await it.now();
    },
    /** What its clock says, in milliseconds since 1970. */
    async now(): Promise<number> {
      child!.send('now');
      return (await once(child!, 'message'))[0];
    },
    async kill() {
      if (!it.pid) return;
      process.kill(-it.pid, 'SIGKILL');
      await once(child!, 'exit');
    },
    async [Symbol.asyncDispose]() {
      await it.kill();
      rmSync(folder, { recursive: true });
    },
  };
  return it satisfies FaultableNode & AsyncDisposable;
}
