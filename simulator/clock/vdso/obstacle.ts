import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { startRunClock } from '../../run-clock.ts';
import { perlProgram } from './perl.ts';
import { VdsoClock } from './vdso-clock.ts';

const PATIENCE_MS = 5000;
let known: Promise<string | undefined> | undefined;

/** Why the clock of programs cannot be skewed through their vDSO on this machine; undefined if it can. Found out once. */
export function vdsoObstacle(): Promise<string | undefined> {
  return (known ??= findObstacle({ platform: process.platform, arch: process.arch, perl: perlProgram() }));
}

/** Finds it out by doing it, on a machine like this. */
export async function findObstacle({ platform, arch, perl }: { platform: string; arch: string; perl: string | undefined }): Promise<string | undefined> {
  if (platform !== 'linux' || arch !== 'x64') return `only the vDSO of Linux on x86-64 is known, and this is ${platform} ${arch}`;
  if (perl === undefined) return 'perl is not installed';
  const date = ['/bin/date', '/usr/bin/date'].find((file) => existsSync(file));
  if (date === undefined) return 'there is no `date` to try it with';
  try {
    return await tryIt(perl, date);
  } catch (error) {
    return (error as Error).message;
  }
}

/** Why a program that tells the time does not tell 1970. */
async function tryIt(perl: string, date: string): Promise<string | undefined> {
  const runClock = startRunClock();
  const clock = new VdsoClock(perl, runClock);
  const skew = { offsetMicros: -runClock.wallAnchorMicros, rate: 0, sinceMicros: 0 };
  clock.impose(skew);
  const { child, started } = clock.launch([date, '+%s'], { stdio: ['ignore', 'pipe', 'ignore'], env: {} });
  try {
    const said = text(child.stdout!);
    await Promise.all([started, once(child, 'exit', { signal: AbortSignal.timeout(PATIENCE_MS) })]);
    const seconds = Number((await said).trim() || NaN);
    return seconds < 60 ? undefined : `a program whose clock was set to 1970 told ${seconds}: ${clock.use(0).unreached.join('; ') || 'it could not be traced'}`;
  } finally {
    child.kill('SIGKILL');
    clock.lift(skew);
  }
}
