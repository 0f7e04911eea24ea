import { groupAlive, groupMembers, seesProcesses, standsStill } from '../../simulator/process-group.ts';
import { until } from '../run/wait.ts';

/** SIGSTOP to the whole group; resolves once all of it that is alive has stopped. */
export async function pauseGroup(groupId: number): Promise<void> {
  signalGroup(groupId, 'SIGSTOP');
  const halted = () => !seesProcesses || groupMembers(groupId).every(standsStill);
  if (!(await until(halted, { withinMs: 5000, everyMs: 5 }))) throw new Error(`the process group ${groupId} did not stop`);
}

/** SIGCONT to the whole group; resolves once none of it is stopped any more. */
export async function resumeGroup(groupId: number): Promise<void> {
  signalGroup(groupId, 'SIGCONT');
  const goesOn = () => !seesProcesses || groupMembers(groupId).every(({ state }) => state !== 'T' && state !== 't');
  if (!(await until(goesOn, { withinMs: 5000, everyMs: 5 }))) throw new Error(`the process group ${groupId} did not go on`);
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
