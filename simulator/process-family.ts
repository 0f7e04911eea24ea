import { readFileSync, readdirSync } from 'node:fs';
import { bears, carriedBy, harnessOf, type Carried, type ProcessMark, type RunMark } from './process-mark.ts';

/** Whether this machine tells what its processes do (Linux: proc(5)). */
export const seesProcesses = process.platform === 'linux';

/** What is out of reach, for messages and docs. */
export const UNSEEN =
  'On a machine without /proc (macOS) only its process group is reached: a daemon in a session of its own is not. Where there is no ' +
  'prlimit(1), a daemon is not reached that has emptied its environment as well.';

export interface FamilyMember {
  pid: number;
  /** One letter: R running, S sleeping, D waiting for a disk, T stopped by a signal, t the same of one whose clock is skewed, Z dead and not yet reaped ... */
  state: string;
  /** Processor time since its start, in ticks of 10 ms. */
  cpuTicks: number;
}

interface Seen extends FamilyMember {
  parent: number;
  session: number;
  /** When it was started, in ticks since the boot: with its number it names a process for good. */
  startTicks: string;
}

/**
 * All processes that come from one that we started, whatever became of their parents, sessions and environments: those
 * that carry the mark, their children, and whoever shares a session with one of them. Where proc(5) is missing, the
 * process groups of those we started.
 */
export class ProcessFamily {
  readonly #bears: (carried: Carried) => boolean;
  readonly #groups = new Set<number>();
  /** Ourselves and the harness, who are never meant, whatever we carry. */
  readonly #never: ReadonlySet<number>;
  /** Process ids and when each was started. Who belongs to us once always does, and who does not never will. */
  #members = new Map<number, string>();
  #strangers = new Map<number, string>();

  constructor(mark: ProcessMark | RunMark) {
    this.#bears = 'covers' in mark ? (carried) => mark.covers(carried) : (carried) => bears(mark, carried);
    this.#never = new Set([process.pid, harnessOf({ text: mark.text }) ?? process.pid]);
  }

  /** One that we started, the leader of a process group of its own. */
  adopt(leader: number): void {
    this.#groups.add(leader);
    const seen = seesProcesses ? lookAt(String(leader)) : undefined;
    if (seen) this.#members.set(leader, seen.startTicks);
  }

  /** Those that are alive. Zombies are not: nobody may be there to reap them in a container. Only where `seesProcesses`. */
  living(): FamilyMember[] {
    const all = readdirSync('/proc').flatMap((entry) => (/^\d+$/.test(entry) ? (lookAt(entry) ?? []) : []));
    const everybody = all.filter(({ pid }) => !this.#never.has(pid));
    const neverSessions = new Set(all.filter(({ pid }) => this.#never.has(pid)).map(({ session }) => session));
    const known = everybody.filter(({ pid, startTicks }) => this.#members.get(pid) === startTicks);
    const unknown = everybody.filter(({ pid, startTicks }) => this.#members.get(pid) !== startTicks && this.#strangers.get(pid) !== startTicks);
    const others = everybody.filter(({ pid, startTicks }) => this.#strangers.get(pid) === startTicks);
    const members = [...known, ...unknown.filter(({ pid }) => this.#bears(carriedBy(pid)))];
    let rest = unknown.filter((it) => !members.includes(it));
    for (let added = -1; added !== 0; ) {
      const pids = new Set(members.map(({ pid }) => pid));
      const sessions = new Set(members.map(({ session }) => session).filter((session) => !neverSessions.has(session)));
      const more = rest.filter(({ parent, session }) => pids.has(parent) || sessions.has(session));
      members.push(...more);
      rest = rest.filter((it) => !more.includes(it));
      added = more.length;
    }
    this.#members = new Map(members.map(({ pid, startTicks }) => [pid, startTicks]));
    this.#strangers = new Map([...others, ...rest].map(({ pid, startTicks }) => [pid, startTicks]));
    return members.filter(isAlive).map(({ pid, state, cpuTicks }) => ({ pid, state, cpuTicks }));
  }

  /** True while one of them is alive. */
  alive(): boolean {
    if (seesProcesses) return this.living().length > 0;
    for (const group of this.#groups) if (!send(-group, 0)) this.#groups.delete(group);
    return this.#groups.size > 0;
  }

  /** Sends a signal to every one that is alive, all at once after `just before` was called; returns to how many. */
  signal(signal: NodeJS.Signals, justBefore?: () => void): number {
    const targets = seesProcesses ? this.living().map(({ pid }) => pid) : [...this.#groups].map((group) => -group);
    justBefore?.();
    return targets.filter((target) => send(target, signal)).length;
  }
}

/** Whether there is a process of this number that is no zombie. */
export function isLiving(pid: number): boolean {
  if (!send(pid, 0)) return false;
  const seen = seesProcesses ? lookAt(String(pid)) : undefined;
  return seen === undefined ? !seesProcesses : isAlive(seen);
}

/** Whether it does nothing until it is told to go on. */
export function standsStill({ pid, state }: FamilyMember): boolean {
  return state === 'T' || state === 't' || (state === 'D' && waitsForVfork(pid));
}

/** A parent that has vforked stands still until its child has executed a program; while the child is stopped, no signal stops it. */
function waitsForVfork(pid: number): boolean {
  try {
    return VFORKING.has(readFileSync(`/proc/${pid}/syscall`, 'latin1').split(' ')[0]!);
  } catch {
    return false;
  }
}

/** clone, vfork, clone3 on x86-64; clone, clone3 on arm64. */
const VFORKING = new Set(['56', '58', '435', '220']);

const isAlive = ({ state }: FamilyMember) => state !== 'Z' && state !== 'X';

/** False if nobody is there to get it any more, or it may not be sent. */
function send(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(target, signal);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH') return false;
    if (code === 'EPERM') return signal === 0; // it has become another user's; whoever waits for its end sees that it is there
    throw error;
  }
}

function lookAt(pid: string): Seen | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined; // gone meanwhile
  }
  // pid (comm) state ppid pgrp session ... utime stime ... starttime: the 14th, 15th and 22nd; comm may hold spaces and brackets
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid: Number(pid), state: fields[0]!, parent: Number(fields[1]), session: Number(fields[3]), cpuTicks: Number(fields[11]) + Number(fields[12]), startTicks: fields[19]! };
}
