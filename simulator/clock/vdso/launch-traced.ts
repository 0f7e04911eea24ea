import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import { getSystemErrorName } from 'node:util';
import type { Launch } from '../skewable-clock.ts';
import { LAUNCHER, TRACER } from './scripts.ts';

/** How long it may take until a program is traced: far longer than it does. */
const PATIENCE_MS = 30_000;

/** Who is told what the programs of one start do. */
export interface Follower {
  /** A program stands before its first instruction. Returns the address of code that makes a page there, or nothing. */
  exec(pid: number): number | undefined;
  /** That page is there; a negative number is why it is not. The program goes on after this. */
  mapped(pid: number, address: number): void;
  /** A process or a thread has come of another. */
  born(pid: number): void;
  /** A process or a thread has ended. */
  gone(pid: number): void;
  /** From now on it is told who asks the kernel beside the vDSO. */
  watched(): void;
  /** A thread has asked the kernel for the time by a system call, beside its vDSO. */
  raw(tid: number): void;
  /** The tracer has ended: it saw the last of them end, or was killed. */
  untraced(how: string): void;
}

/**
 * Starts a program as `spawn` would, and stops it and whatever it executes before the first instruction, for the follower.
 * @param marked starts what is part of the node, as such; the tracer is not.
 */
export function launchTraced(perl: string, command: readonly string[], options: SpawnOptions, marked: <T>(start: () => T) => T, follower: Follower): Launch {
  const stdio = [...(options.stdio as 'pipe'[]), 'pipe' as const];
  const env = { PERL_BADLANG: 'ours', ...options.env };
  const args = ['-e', LAUNCHER, '--', String(stdio.length - 1), looksStayInVdso() ? '1' : '', ...command];
  const child = marked(() => spawn(perl, args, { ...options, env, stdio }));
  if (child.pid === undefined) return { child, started: new Promise((_, reject) => child.once('error', reject)) };
  // In a session of its own: no signal to a group of ours or of the node reaches it.
  const tracer = spawn(perl, ['-e', TRACER, String(child.pid)], { stdio: ['pipe', 'pipe', 'ignore'], detached: true, env: {}, cwd: '/' });
  tracer.unref();
  const started = becomesProgram(child, tracer, follower);
  started.catch(() => child.kill('SIGKILL'));
  return { child, started };
}

/** Serves the tracer until it ends. Resolves once the program itself runs. */
async function becomesProgram(child: ChildProcess, tracer: ChildProcess, follower: Follower): Promise<void> {
  const control = child.stdio.at(-1) as Duplex;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let seized = false;
  const limit = setTimeout(() => reject(new Error(`it was not traced within ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
  for (const it of [control, tracer.stdin!, tracer.stdout!]) it.on('error', () => {}); // its end is seen otherwise
  for (const it of [child, tracer]) it.once('error', reject);
  tracer.once('exit', (code, signal) => {
    if (!seized) reject(new Error('its tracer has ended before it began'));
    follower.untraced(signal ? `was killed by ${signal}` : `ended with exit code ${code}`);
  });
  child.once('exit', (_, signal) => {
    if (signal) resolve(); // somebody has killed it: that is for whoever watches it
    if (!seized) tracer.kill('SIGKILL'); // it would wait for ever for what to trace
  });
  createInterface({ input: control })
    .on('line', (line) => {
      const [verb, errno] = line.split(' ');
      if (verb === 'watched') follower.watched();
      if (verb === 'watched' || verb === 'ready') tracer.stdin!.write('seize\n');
      if (verb === 'errno') reject(failureOf(Number(errno)));
    })
    .on('close', resolve); // by the exec, or by its end
  const say = (line: string) => tracer.stdin!.write(`${line}\n`);
  const verbs: Record<string, (...args: number[]) => void> = {
    seized() {
      seized = true;
      control.write('go\n');
    },
    born: (pid) => follower.born(pid!),
    gone: (pid) => follower.gone(pid!),
    raw: (tid) => follower.raw(tid!),
    exec(pid) {
      const code = follower.exec(pid!);
      say(code === undefined ? 'go' : `map ${code}`);
    },
    mapped(pid, address) {
      follower.mapped(pid!, address!);
      say('go');
    },
  };
  createInterface({ input: tracer.stdout! }).on('line', (line) => {
    const [verb, ...args] = line.split(' ');
    if (verb === 'refused') reject(new Error(`it cannot be traced: ${args.join(' ')}`));
    else verbs[verb!]!(...args.map(Number));
  });
  for (const it of [tracer.stdin!, tracer.stdout!]) (it as unknown as Socket).unref(); // it outlives nobody: it ends with the node
  return promise.finally(() => clearTimeout(limit));
}

/**
 * Whether a look through the vDSO never becomes a system call on this machine: not where its clock can be read by the
 * kernel alone. There, looks beside the vDSO cannot be told from others.
 */
function looksStayInVdso(): boolean {
  try {
    return VDSO_CLOCKS.has(readFileSync('/sys/devices/system/clocksource/clocksource0/current_clocksource', 'latin1').trim());
  } catch {
    return false;
  }
}

const VDSO_CLOCKS = new Set(['tsc', 'kvm-clock', 'hyperv_clocksource_tsc_page']);

function failureOf(errno: number): NodeJS.ErrnoException {
  const code = getSystemErrorName(-errno);
  return Object.assign(new Error(code), { code });
}
