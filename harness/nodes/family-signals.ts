import { seesProcesses, standsStill, type ProcessFamily } from '../../simulator/process-family.ts';
import { until } from '../run/wait.ts';

const WITHIN = { withinMs: 5000, everyMs: 5 };

/** SIGSTOP to all of it; resolves once all of it that is alive has stopped, what was forked meanwhile included. */
export async function pauseFamily(family: ProcessFamily): Promise<void> {
  family.signal('SIGSTOP');
  const halted = () => {
    if (!seesProcesses || family.living().every(standsStill)) return true;
    family.signal('SIGSTOP');
    return false;
  };
  if (!(await until(halted, WITHIN))) throw new Error('not every process of the node stopped');
}

/** SIGCONT to all of it; resolves once none of it is stopped any more. */
export async function resumeFamily(family: ProcessFamily): Promise<void> {
  family.signal('SIGCONT');
  const goesOn = () => !seesProcesses || family.living().every(({ state }) => state !== 'T' && state !== 't');
  if (!(await until(goesOn, WITHIN))) throw new Error('not every process of the node went on');
}

/** SIGKILL to all of it, again and again until nothing is left, for what one of them forked meanwhile. Resolves to whether all is gone. */
export async function killFamily(family: ProcessFamily, justBefore?: () => void): Promise<boolean> {
  family.signal('SIGKILL', justBefore);
  return until(() => {
    if (!family.alive()) return true;
    family.signal('SIGKILL');
    return false;
  }, WITHIN);
}

/** SIGTERM to all of it, and SIGKILL to what is left after the grace. */
export async function endFamily(family: ProcessFamily, graceMs: number, justBefore?: () => void): Promise<void> {
  family.signal('SIGTERM', justBefore);
  const gone = await until(() => !family.alive(), { withinMs: graceMs, everyMs: 20 });
  if (!gone) await killFamily(family);
}
