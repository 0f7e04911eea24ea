import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunClock } from '../run-clock.ts';
import type { ClockObservation, Skew, SkewableClock } from './skewable-clock.ts';
import { Skews } from './skews.ts';
import { isGoProgram } from './vdso/reach.ts';

const LIBRARY = 'libfaketimeMT.so.1';
const PLACES = ['/usr/lib/*/faketime', '/usr/lib/faketime', '/usr/lib64/faketime', '/usr/local/lib/faketime'];

/** How often the offset of a clock at a wrong rate is written anew: libfaketime's own rates count from each process's start. */
const STEP_MS = 50;

/** Where libfaketime is on this machine; undefined if it is not installed, or if this is no Linux. */
export function faketimeLibrary(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  return PLACES.flatMap((place) => globSync(join(place, LIBRARY))).find((file) => existsSync(file));
}

/**
 * The wall clock of one node that is no Node.js program, through libfaketime 0.9.10: what its processes learn from
 * `time`, `gettimeofday`, `clock_gettime` and `stat`. Its monotonic clock stays true. A fallback for where the vDSO cannot be
 * reached. Programs in Go and those that are linked statically are not reached, and time.sleep of Python 3.11 fails; a clock at a wrong rate goes in steps of 50 ms, and one that
 * stands still does so at a whole second.
 */
export class FaketimeClock implements SkewableClock {
  readonly #library: string;
  readonly #file: string;
  readonly #clock: RunClock;
  readonly #skews: Skews;
  readonly #seen: ClockObservation[] = [];
  /** Microseconds since 1970 at which it stands still. */
  #stillAtMicros: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param folder is created where it is missing, and must outlive the node. `library` is as `faketimeLibrary` finds it. */
  constructor(folder: string, clock: RunClock, library: string) {
    mkdirSync(folder, { recursive: true });
    this.#file = join(folder, 'faketime');
    this.#library = library;
    this.#clock = clock;
    this.#skews = new Skews(clock);
    this.#write();
  }

  /** What to add to this environment of a process of the node; its `LD_PRELOAD` is kept. */
  envOver(environment: Record<string, string | undefined>): Record<string, string> {
    return {
      LD_PRELOAD: environment.LD_PRELOAD ? `${this.#library}:${environment.LD_PRELOAD}` : this.#library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  get offsetMicros(): number {
    return this.#skews.offsetMicros;
  }

  impose(skew: Skew): void {
    this.#skews.impose(skew);
    this.#changed();
  }

  lift(skew: Skew): boolean {
    const lifted = this.#skews.lift(skew);
    if (lifted) this.#changed();
    return lifted;
  }

  onBoot(listener: () => void): () => void {
    return this.#skews.onBoot(listener);
  }

  booting(): void {
    this.#skews.booting();
  }

  /** Its programs tell nobody what they see: a program of ours looks in their place, through the same library and file. */
  observations(sinceMicros: number): ClockObservation[] {
    this.#look();
    return this.#seen.filter(({ atMicros }) => atMicros >= sinceMicros);
  }

  /** A process of the node that does not take its time from this library, in words. */
  get obstacle(): string | undefined {
    const deaf = this.#processes().find((pid) => !takesTimeFromLibc(pid));
    return deaf && `process ${deaf} of the node does not ask libc for the time, so that libfaketime does not reach it`;
  }

  #changed(): void {
    clearInterval(this.#timer);
    const { rate } = this.#skews.total;
    this.#stillAtMicros = rate === -1 ? Math.floor((this.#nowMicros() + this.offsetMicros) / 1e6) * 1e6 : undefined;
    this.#write();
    this.#look();
    if (rate !== 0 && rate !== -1) this.#timer = setInterval(() => this.#write(), STEP_MS).unref();
  }

  /** Replaced as a whole, so that no process reads half of it. */
  #write(): void {
    const offset = (this.offsetMicros / 1e6).toFixed(6);
    const text = this.#stillAtMicros === undefined ? (offset.startsWith('-') ? offset : `+${offset}`) : localTime(this.#stillAtMicros);
    writeFileSync(`${this.#file}.new`, `${text}\n`);
    renameSync(`${this.#file}.new`, this.#file);
  }

  #look(): void {
    const pid = this.#process();
    if (pid === undefined) return;
    this.#write();
    const atMicros = this.#clock.nowMicros();
    const { stdout, status } = spawnSync('date', ['+%s.%N'], { env: { ...process.env, ...this.envOver({}) }, encoding: 'utf8' });
    if (status !== 0) return;
    const rightMicros = this.#clock.wallAnchorMicros + atMicros;
    const expectedMicros = this.#stillAtMicros === undefined ? this.#skews.offsetAt(atMicros) : this.#stillAtMicros - rightMicros;
    const seenBy = `a program beside process ${pid} of the node, under the same libfaketime,`;
    this.#seen.push({ offsetMicros: Number(stdout) * 1e6 - rightMicros, expectedMicros, pid, atMicros, seenBy });
  }

  /** A process of the node that really runs under the library and this file. */
  #process(): number | undefined {
    const pid = this.#processes().find(takesTimeFromLibc);
    return pid === undefined ? undefined : Number(pid);
  }

  /** The processes that were started with this file. */
  #processes(): string[] {
    return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && textOf(`/proc/${pid}/environ`).includes(`FAKETIME_TIMESTAMP_FILE=${this.#file}\0`));
  }

  #nowMicros(): number {
    return this.#clock.wallAnchorMicros + this.#clock.nowMicros();
  }
}

/** Go programs map it where they use C, and yet take the time from the kernel. */
function takesTimeFromLibc(pid: string): boolean {
  return textOf(`/proc/${pid}/maps`).includes(LIBRARY) && !isGoProgram(Number(pid));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // gone, or not ours
  }
}

const two = (number: number) => String(number).padStart(2, '0');

/** `2020-12-24 20:30:00` in the time zone that the node's processes have too. */
function localTime(micros: number): string {
  const at = new Date(micros / 1000);
  const date = [String(at.getFullYear()).padStart(4, '0'), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${date} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`;
}
