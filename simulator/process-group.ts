import { readFileSync, readdirSync } from 'node:fs';

/** Whether this machine tells what its processes do (Linux: proc(5)). */
export const seesProcesses = process.platform === 'linux';

export interface GroupMember {
  pid: number;
  /** One letter: R running, S sleeping, D waiting for a disk, T stopped by a signal, t the same of one whose clock is skewed, Z dead and not yet reaped ... */
  state: string;
  /** Processor time since its start, in ticks of 10 ms. */
  cpuTicks: number;
}

/** The processes of a process group, the dead ones that nobody has reaped included. Only where `seesProcesses`. */
export function groupMembers(groupId: number): GroupMember[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => memberOf(groupId, pid) ?? []);
}

/** True while a process of this group is alive. Zombies are not: nobody may be there to reap them in a container. */
export function groupAlive(groupId: number): boolean {
  try {
    process.kill(-groupId, 0);
  } catch {
    return false;
  }
  return !seesProcesses || groupMembers(groupId).some(({ state }) => state !== 'Z' && state !== 'X');
}

/** Whether it does nothing until it is told to go on, or is dead. */
export function standsStill({ pid, state }: GroupMember): boolean {
  return 'TtZX'.includes(state) || (state === 'D' && waitsForVfork(pid));
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

function memberOf(groupId: number, pid: string): GroupMember | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined; // gone meanwhile
  }
  // pid (comm) state ppid pgrp ... utime stime, the 14th and 15th; comm may hold spaces and brackets
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (Number(fields[2]) !== groupId) return undefined;
  return { pid: Number(pid), state: fields[0]!, cpuTicks: Number(fields[11]) + Number(fields[12]) };
}
