import { readdirSync, readFileSync } from 'node:fs';
import { until } from '../run/wait.ts';

/** True while a process of this group is alive. Zombies are not: nobody may be there to reap them in a container. */
export function groupAlive(groupId: number): boolean {
  try {
    process.kill(-groupId, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  return readdirSync('/proc').some((entry) => /^\d+$/.test(entry) && aliveInGroup(entry, groupId));
}

function aliveInGroup(pid: string, groupId: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // pid (comm) state ppid pgrp ...; comm may hold spaces and brackets
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(group) === groupId && state !== 'Z' && state !== 'X';
  } catch {
    return false;
  }
}

/** Sends a signal to a whole process group; a group that is gone already is no error. */
export function signalGroup(groupId: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-groupId, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** SIGKILL to the whole group; resolves once all of it is gone. */
export async function killGroup(groupId: number): Promise<void> {
  signalGroup(groupId, 'SIGKILL');
  await until(() => !groupAlive(groupId), { withinMs: 5000, everyMs: 5 });
}

/** SIGTERM, and SIGKILL to what is left after the grace. */
export async function endGroup(groupId: number, graceMs: number): Promise<void> {
  signalGroup(groupId, 'SIGTERM');
  const gone = await until(() => !groupAlive(groupId), { withinMs: graceMs, everyMs: 20 });
  if (!gone) await killGroup(groupId);
}
