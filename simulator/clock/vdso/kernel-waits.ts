import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** System calls that wait until an absolute time, by the number that x86-64 gives them. */
const MQ_TIMEDSEND = 242;
const MQ_TIMEDRECEIVE = 243;
const FUTEX = 202;
const CLOCK_NANOSLEEP = 230;

/** Commands of futex that take an absolute time: by the wall clock always, or if the flag says so. */
const LOCK_PI = 6;
const BY_FLAG = new Set([9, 11, 13]); // WAIT_BITSET, WAIT_REQUEUE_PI, LOCK_PI2
const REALTIME_FLAG = 256;

/**
 * How the process waits right now for a moment by the wall clock of the kernel, in words; undefined if it does not. Such
 * a wait does not notice that the clock of the process is skewed: it ends too early or too late, as it would not if a real
 * clock were set.
 */
export function kernelWait(pid: number): string | undefined {
  return threadsOf(pid).map((tid) => waitOf(pid, tid)).find((it) => it !== undefined) ?? (hasTimer(pid) ? 'timerfd' : undefined);
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // gone
  }
}

function waitOf(pid: number, tid: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/task/${tid}/syscall`, 'latin1');
  } catch {
    return undefined; // gone
  }
  const [call, ...args] = text.split(' ').map(Number);
  return call === undefined ? undefined : absoluteWait(call, args);
}

/** Whether a system call with these arguments waits for a moment by the wall clock, and its name. */
export function absoluteWait(call: number, args: readonly number[]): string | undefined {
  const [first = 0, second = 0, , fourth = 0, fifth = 0] = args;
  if (call === FUTEX) {
    const command = second & 127;
    const byWall = command === LOCK_PI || (BY_FLAG.has(command) && (second & REALTIME_FLAG) !== 0);
    return byWall && fourth !== 0 ? 'a timed wait on a lock or condition (futex)' : undefined;
  }
  if (call === CLOCK_NANOSLEEP) return first === 0 && (second & 1) === 1 ? 'clock_nanosleep' : undefined;
  if (call === MQ_TIMEDSEND || call === MQ_TIMEDRECEIVE) return fifth !== 0 ? 'a message queue' : undefined;
  return undefined;
}

/** A timer that is set to an absolute time of the wall clock. */
function hasTimer(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      if (readlinkSync(`/proc/${pid}/fd/${fd}`) !== 'anon_inode:[timerfd]') return false;
      const info = readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'latin1');
      const [clock, flags] = [/^clockid: (\d+)/m.exec(info)?.[1], /^settime flags: 0?(\d+)/m.exec(info)?.[1]];
      return clock === '0' && (Number.parseInt(flags ?? '0', 8) & 1) === 1 && !/^it_value: \(0, 0\)/m.test(info);
    });
  } catch {
    return false; // gone, or a descriptor was closed meanwhile
  }
}
