import type { SpawnOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { RunClock } from '../../run-clock.ts';
import type { ClockObservation, ClockUse, Launch, Skew, SkewableClock } from '../skewable-clock.ts';
import { Skews } from '../skews.ts';
import { offsetNanosAt, settingOf, type ClockSetting } from './clock-setting.ts';
import { ClockTally } from './clock-tally.ts';
import { ClockedProcess, isAlive, nameOf, processOf } from './clocked-process.ts';
import { TOKEN_BYTES } from './data-page.ts';
import { kernelWait } from './kernel-waits.ts';
import { launchTraced } from './launch-traced.ts';
import { asksTheKernelOnly } from './reach.ts';

/** How often the processes are read while the clock is set off. */
const LOOK_EVERY_MS = 100;
const KEPT_OBSERVATIONS = 20_000;
/** Longer than a program needs to run another one and to tell us, on a busy machine. */
const DOUBTFUL_MICROS = 2_000_000;
const ESRCH = 3;

/**
 * The wall clock of every process of a node on x86-64 Linux, whatever it is written in and however it is linked: a program
 * looks at the clock through the vDSO, code that the kernel maps into it, and a routine of ours stands in for that from
 * before its first instruction, also in everything that it executes and in whatever it forks. It can be set at any moment,
 * and what it is set to is read back from each process. Needs Perl, and the right to trace processes of one's own.
 *
 * It does not reach a program that asks the kernel itself, by system call; that is seen, and then nothing is proven. Monotonic clocks and the stamps of files stay
 * true, and so do waits for an absolute time of the wall clock: those are the kernel's.
 */
export class VdsoClock implements SkewableClock {
  readonly #perl: string;
  readonly #clock: RunClock;
  readonly #skews: Skews;
  readonly #token = randomBytes(TOKEN_BYTES);
  readonly #processes = new Map<number, ClockedProcess>();
  readonly #tally = new ClockTally();
  readonly #seen: ClockObservation[] = [];
  /** Processes of the node that are out of reach, and why. */
  readonly #beyond = new Map<number, string>();
  /** Since when a process could not be read: it may be about to run another program, of which we have not been told yet. */
  readonly #doubtfulSinceMicros = new Map<number, number>();
  /** How the tracer ended, if it left some of the node behind. */
  #lost: string | undefined;
  #setting: ClockSetting;
  /** The kernel tells who asks it for the time by system call. */
  #watched = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(perl: string, clock: RunClock) {
    this.#perl = perl;
    this.#clock = clock;
    this.#skews = new Skews(clock);
    this.#setting = settingOf(this.#skews.total, clock);
  }

  launch(command: readonly string[], options: SpawnOptions, marked: <T>(start: () => T) => T = (start) => start()): Launch {
    this.#watched = false;
    this.#lost = undefined;
    return launchTraced(this.#perl, command, options, marked, {
      exec: (pid) => this.#prepare(pid),
      mapped: (pid, page) => this.#begin(pid, page),
      born: (pid) => this.#adopt(pid),
      gone: (pid) => this.#forget(pid),
      watched: () => (this.#watched = true),
      raw: (tid) => this.#askedKernel(tid),
      untraced: (how) => this.#untraced(how),
    });
  }

  get offsetMicros(): number {
    return this.#skews.offsetMicros;
  }

  impose(skew: Skew): void {
    this.#skews.impose(skew);
    this.#change();
  }

  /** Throws if a process cannot be set right. */
  lift(skew: Skew): boolean {
    const lifted = this.#skews.lift(skew);
    if (!lifted) return false;
    this.#change();
    const off = [...this.#processes.values()].find((process) => !this.#isSet(process));
    if (off) throw new Error(`the clock of ${off.name} could not be set right`);
    return true;
  }

  onBoot(listener: () => void): () => void {
    return this.#skews.onBoot(listener);
  }

  booting(): void {
    this.#skews.booting();
  }

  /** What any look of any process would have found, as it was read back from all of them: the one that is furthest off what it should be. */
  observations(sinceMicros: number): ClockObservation[] {
    this.#look();
    return this.#seen.filter(({ atMicros }) => atMicros >= sinceMicros);
  }

  use(sinceMicros: number): ClockUse {
    this.#look();
    return this.#tally.since(sinceMicros);
  }

  #prepare(pid: number): number | undefined {
    this.#forget(pid); // what it ran before is over
    try {
      return ClockedProcess.prepare(pid);
    } catch (error) {
      this.#outOfReach(pid, error as Error);
      return undefined;
    }
  }

  #begin(pid: number, page: number): void {
    try {
      if (page < 0) throw Object.assign(new Error(`it was refused a page of memory (error ${-page})`), page === -ESRCH && { code: 'ESRCH' });
      this.#processes.set(pid, ClockedProcess.begin(pid, page, this.#token, this.#setting));
      this.#tally.begins(pid, this.#clock.nowMicros());
    } catch (error) {
      this.#outOfReach(pid, error as Error);
    }
  }

  #adopt(pid: number): void {
    if (this.#processes.has(pid) || processOf(pid) !== pid) return;
    try {
      const process = ClockedProcess.inherited(pid, this.#token);
      const { looks, setting } = process.read();
      this.#processes.set(pid, process);
      this.#tally.begins(pid, this.#clock.nowMicros(), looks);
      this.#doubtfulSinceMicros.delete(pid);
      if (!isSame(setting, this.#setting)) this.#set(process); // born right before a change
    } catch (error) {
      this.#failed(pid, error as Error);
    }
  }

  #askedKernel(tid: number): void {
    const pid = processOf(tid);
    if (pid === undefined) return;
    this.#tally.unreached(`${nameOf(pid)}: it asks the kernel for the time by a system call of its own`, this.#clock.nowMicros());
  }

  /** Sets the clock of every process to all the skews that are imposed now. */
  #change(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#waits();
    this.#setting = settingOf(this.#skews.total, this.#clock);
    for (const process of this.#processes.values()) this.#set(process);
    this.#look();
    const { offsetMicros, rate } = this.#skews.total;
    if (offsetMicros !== 0 || rate !== 0) this.#timer = setInterval(() => this.#sample(), LOOK_EVERY_MS).unref();
  }

  #set(process: ClockedProcess): void {
    try {
      this.#tally.counted(process.pid, process.read().looks);
      process.set(this.#setting);
      this.#tally.begins(process.pid, this.#clock.nowMicros());
    } catch (error) {
      this.#failed(process.pid, error as Error);
    }
  }

  /** Whether it is set as it should be, or cannot be asked: then that is said elsewhere. */
  #isSet(process: ClockedProcess): boolean {
    try {
      return isSame(process.read().setting, this.#setting);
    } catch {
      return true;
    }
  }

  #sample(): void {
    this.#look();
    this.#waits();
  }

  /** Reads every process back. */
  #look(): void {
    for (const pid of this.#doubtfulSinceMicros.keys()) if (!this.#processes.has(pid)) this.#adopt(pid);
    const atMicros = this.#clock.nowMicros();
    const trueNanos = BigInt(Math.round(this.#clock.wallAnchorMicros + atMicros)) * 1000n;
    const expectedMicros = this.#skews.offsetAt(atMicros);
    let worst: ClockObservation | undefined;
    let processes = 0;
    for (const process of this.#processes.values()) {
      const { pid } = process;
      try {
        const { setting, looks } = process.read();
        this.#tally.counted(pid, looks);
        this.#doubtfulSinceMicros.delete(pid);
        if (!this.#watched && looks === 0 && asksTheKernelOnly(pid)) {
          this.#tally.unreached(`${process.name}: it is linked statically without the vDSO, and can only ask the kernel for the time`, atMicros);
          continue;
        }
        const offsetMicros = Number(offsetNanosAt(setting, trueNanos)) / 1000;
        processes++;
        const errorMicros = Math.abs(offsetMicros - expectedMicros);
        if (worst && errorMicros <= Math.abs(worst.offsetMicros - expectedMicros)) continue;
        worst = { offsetMicros, expectedMicros, pid, atMicros, seenBy: process.name };
      } catch (error) {
        this.#failed(pid, error as Error);
      }
    }
    for (const [pid, words] of this.#beyond) {
      if (isAlive(pid)) this.#tally.unreached(words, atMicros);
      else this.#beyond.delete(pid);
    }
    if (this.#lost && processes > 0) this.#tally.unreached(this.#lost, atMicros);
    if (!worst) return;
    this.#seen.push({ ...worst, seenBy: processes === 1 ? worst.seenBy : `each of ${processes} processes of the node` });
    if (this.#seen.length > KEPT_OBSERVATIONS) this.#seen.shift();
  }

  #waits(): void {
    for (const { pid, name } of this.#processes.values()) {
      const wait = kernelWait(pid);
      if (wait) this.#tally.kernelWait(`${name} by ${wait}`, this.#clock.nowMicros());
    }
  }

  #forget(pid: number): void {
    if (this.#processes.delete(pid)) this.#tally.ended(pid);
    this.#doubtfulSinceMicros.delete(pid);
    this.#beyond.delete(pid);
  }

  #failed(pid: number, error: Error): void {
    if (!isAlive(pid)) return this.#forget(pid);
    const nowMicros = this.#clock.nowMicros();
    const sinceMicros = this.#doubtfulSinceMicros.get(pid) ?? nowMicros;
    this.#doubtfulSinceMicros.set(pid, sinceMicros);
    if (nowMicros - sinceMicros > DOUBTFUL_MICROS) this.#outOfReach(pid, error);
  }

  #outOfReach(pid: number, error: Error): void {
    if (!isAlive(pid)) return;
    const words = `${nameOf(pid)}: ${error.message}`;
    this.#beyond.set(pid, words);
    if (!isOfTheDying(error)) this.#tally.unreached(words, this.#clock.nowMicros());
  }

  #untraced(how: string): void {
    if ([...this.#processes.keys()].some(isAlive)) this.#lost = `every program that the node starts from now on: what traced it ${how}`;
    this.#look();
  }
}

/** A process that is being killed fails like this for a moment; if it is alive at the next look, it is out of reach. */
function isOfTheDying({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ESRCH' || code === 'EIO' || code === 'ENOENT' || code === 'ENODEV';
}

function isSame(one: ClockSetting, other: ClockSetting): boolean {
  return one.offsetNanos === other.offsetNanos && one.baseNanos === other.baseNanos && one.rate === other.rate;
}
