import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { startRunClock } from '../../run-clock.ts';
import { perlProgram } from './perl.ts';
import { VdsoClock } from './vdso-clock.ts';

const PATIENCE_MS = 5000;
let known: Promise<string | undefined> | undefined;

/** Why the clock of programs cannot be skewed through their vDSO on this machine, found out by doing it once; undefined if it can. */
export function vdsoObstacle(): Promise<string | undefined> {
  return (known ??= obstacle());
}

async function obstacle(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return `the vDSO is known of Linux on x86-64 only, and this is ${process.platform} ${process.arch}`;
  const perl = perlProgram();
  if (!perl) return 'perl is not installed';
  const date = ['/bin/date', '/usr/bin/date'].find((file) => existsSync(file));
  if (!date) return 'there is no `date` to try it with';
  try {
    return await tryIt(perl, date);
  } catch (error) {
    return (error as Error).message;
  }
}

/** Whether a program that tells the time tells 1970. */
async function tryIt(perl: string, date: string): Promise<string | undefined> {
  const runClock = startRunClock();
  const clock = new VdsoClock(perl, runClock);
  const skew = { offsetMicros: -runClock.wallAnchorMicros, rate: 0, sinceMicros: 0 };
  clock.impose(skew);
  const { child, started } = clock.launch([date, '+%s'], { stdio: ['ignore', 'pipe', 'ignore'], env: {} });
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    const said = text(child.stdout!);
    const ended = once(child, 'exit', { signal });
    await Promise.all([started, ended]);
    const seconds = Number(await said);
    return seconds < 60 ? undefined : `a program whose clock was set to 1970 told ${seconds}: ${clock.use(0).unreached.join('; ') || 'no reason was found'}`;
  } finally {
    child.kill('SIGKILL');
    clock.lift(skew);
  }
}
