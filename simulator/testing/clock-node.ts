import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeClock } from '../clock/node-clock.ts';
import type { SkewableClock } from '../clock/skewable-clock.ts';
import { perlProgram } from '../clock/vdso/perl.ts';
import { VdsoClock } from '../clock/vdso/vdso-clock.ts';
import type { FaultableNode } from '../faults/fault.ts';
import type { RunClock } from '../run-clock.ts';
import { siblingModule } from '../sibling-module.ts';

/** A node for tests whose program tells what its clock says. @param engine is what skews it. */
export function clockNode(runClock: RunClock, engine: 'Date' | 'vDSO' = 'Date') {
  const folder = mkdtempSync(join(tmpdir(), 'brownout-fault-'));
  const clock: SkewableClock = engine === 'Date' ? new NodeClock(folder, runClock) : new VdsoClock(perlProgram()!, runClock);
  let child: ChildProcess | undefined;
  const it = {
    name: 'gateway',
    clock,
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
      const options: SpawnOptions = { detached: true, stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env: { ...process.env, ...clock.envOver?.(process.env) } };
      const launch = clock.launch?.([process.execPath, program], options);
      child = launch?.child ?? spawn(process.execPath, [program], options);
      await launch?.started;
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
