import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { CappedLog } from '../../simulator/capped-log.ts';
import type { FaultableNode } from '../../simulator/faults/fault.ts';
import type { Launch, SkewableClock } from '../../simulator/clock/skewable-clock.ts';
import { plainText } from '../../simulator/plain-text.ts';
import { ProcessFamily, seesProcesses, type FamilyMember } from '../../simulator/process-family.ts';
import { MARK, RunMark, startMarked, type ProcessMark } from '../../simulator/process-mark.ts';
import { splitLines } from '../../simulator/split-lines.ts';
import { HarnessProblem, PipelineMistake } from '../problem.ts';
import { until } from '../run/wait.ts';
import { endFamily, killFamily, pauseFamily, resumeFamily } from './family-signals.ts';
import { describeCheck, saysReady, servesNow, type ReadinessCheck } from './readiness.ts';

/** A node that is a process of this machine, everything resolved: no variables left. */
export interface ProcessNodeSpec {
  name: string;
  command: string[];
  cwd: string;
  /** The whole environment of the process, but for the mark. */
  env: Record<string, string>;
  /** What its processes are told by; one of its own if left out. */
  mark?: ProcessMark;
  ready: ReadinessCheck;
  logFile: string;
  clock?: SkewableClock;
  clockObstacle?: FaultableNode['clockObstacle'];
  /** What its folder lies on, where that can lose power by itself. */
  disk?: FaultableNode['disk'];
  diskObstacle?: FaultableNode['diskObstacle'];
}

/** What the node's owner wants to know of its life. `killed` comes the instant before the SIGKILL is sent. */
export interface NodeWatcher {
  started(node: string, pid: number): void;
  ready(node: string): void;
  killed(node: string): void;
  stopped(node: string): void;
  /** Called the instant before it is paused, and the instant before it goes on. */
  interrupted(node: string): void;
  /** Its first process has ended, as it was told to. */
  ended(node: string): void;
  /** It ended by itself: nobody of ours told it to. */
  exited(node: string, how: string): void;
  /** Nothing of it is left: neither of its process group nor of what had left that. */
  gone(groupId: number): void;
}

interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** From one start of the process to its end. */
interface Life {
  child: ChildProcess;
  pid: number;
  /** The last lines that it printed, for messages. */
  lines: string[];
  /** A line has matched `ready.log`: it said that it is ready, and need not say it again. */
  saidReady: boolean;
  ended: Promise<string>;
  exit: Exit | undefined;
  /** Its end is our doing. */
  told: boolean;
  /** How many pauses of it are in force. */
  pauses: number;
}

/** Lines of output kept in memory for messages, and how much of each. */
const KEPT_LINES = 8;
const KEPT_CHARACTERS = 500;

/** Starts, kills and starts again one process in a process group of its own, with all that it starts in turn. */
export class ProcessNode implements FaultableNode {
  readonly #spec: ProcessNodeSpec;
  readonly #watcher: NodeWatcher;
  readonly #log: CappedLog;
  readonly #mark: ProcessMark;
  readonly #family: ProcessFamily;
  #life: Life | undefined;
  readonly #unplugged = new Set<symbol>();

  constructor(spec: ProcessNodeSpec, watcher: NodeWatcher) {
    this.#spec = spec;
    this.#watcher = watcher;
    this.#log = new CappedLog(spec.logFile);
    this.#mark = spec.mark ?? new RunMark().of(spec.name);
    this.#family = new ProcessFamily(this.#mark);
  }

  get name(): string {
    return this.#spec.name;
  }

  get clock(): SkewableClock | undefined {
    return this.#spec.clock;
  }

  get clockObstacle(): FaultableNode['clockObstacle'] {
    return this.#spec.clockObstacle;
  }

  get disk(): FaultableNode['disk'] {
    return this.#spec.disk;
  }

  get diskObstacle(): FaultableNode['diskObstacle'] {
    return this.#spec.diskObstacle;
  }

  get pid(): number | undefined {
    return this.#life && !this.#life.exit ? this.#life.pid : undefined;
  }

  get exit(): Exit | undefined {
    return this.#life?.exit;
  }

  /** How it ended last, in words; undefined while it is up. */
  get ended(): string | undefined {
    const exit = this.exit;
    return exit && howItEnded(exit);
  }

  /** What it printed last, as it printed it. */
  get lastLines(): readonly string[] {
    return this.#life?.lines ?? [];
  }

  processes(): FamilyMember[] | undefined {
    return seesProcesses ? this.#family.living() : undefined;
  }

  /** Starts it and resolves once its readiness check passes; does nothing while it is up or has no power. Throws HarnessProblem. */
  async boot(signal?: AbortSignal): Promise<void> {
    if (this.pid !== undefined || this.#unplugged.size > 0) return;
    const life = await this.#spawn();
    if (!life) return;
    const { ready } = this.#spec;
    const serves = await until(() => life.exit !== undefined || servesNow(ready, life.saidReady), { withinMs: ready.withinMs, signal });
    if (life.exit) {
      if (life.told) return; // killed again while it was booting: a fault's doing
      throw new HarnessProblem(
        `node ${this.name} died at start: ${await life.ended}${quoted(life.lines)}`,
        `${this.#whyDied()} Its whole output: ${this.#spec.logFile}`,
      );
    }
    if (!serves) {
      throw new HarnessProblem(
        `node ${this.name} never got ready: waited ${ready.withinMs / 1000} s for ${describeCheck(ready)}${quoted(life.lines)}`,
        `Check nodes.${this.name}.ready in the pipeline file. Its whole output: ${this.#spec.logFile}`,
      );
    }
    this.#watcher.ready(this.name);
  }

  unplug(): () => void {
    const cut = Symbol('power cut');
    this.#unplugged.add(cut);
    return () => void this.#unplugged.delete(cut);
  }

  async kill(): Promise<void> {
    await this.#end(() => killFamily(this.#family, () => this.#watcher.killed(this.name)));
  }

  /** Ends it gently, with SIGKILL after the grace. */
  async stop(graceMs = 2000): Promise<void> {
    await this.#end(() => endFamily(this.#family, graceMs, () => this.#watcher.stopped(this.name)));
  }

  async pause(): Promise<() => Promise<void>> {
    const life = this.#life;
    if (!life || life.exit) throw new Error(`${this.name} is down: there is nothing to pause`);
    life.pauses++;
    let resumed = false;
    const resume = async () => {
      if (resumed) return;
      resumed = true;
      if (--life.pauses > 0 || life.exit) return;
      this.#watcher.interrupted(this.name);
      await resumeFamily(this.#family);
    };
    if (life.pauses > 1) return resume;
    this.#watcher.interrupted(this.name);
    try {
      await pauseFamily(this.#family);
    } catch (error) {
      await resume();
      throw error;
    }
    return resume;
  }

  /** Whether its readiness check passes now. */
  async serves(): Promise<boolean> {
    return this.pid !== undefined && (await servesNow(this.#spec.ready, this.#life!.saidReady));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#log.end();
  }

  /** A leader that ended by itself may have left others behind: they are ended alike. */
  async #end(how: () => Promise<unknown>): Promise<void> {
    const life = this.#life;
    if (!life || (life.exit && !this.#family.alive())) return;
    life.told = true;
    await how();
    await life.ended;
    this.#watcher.gone(life.pid);
  }

  /** Undefined if it was started by somebody else, or lost its power, while what was left of its last life was ended. */
  async #spawn(): Promise<Life | undefined> {
    if (this.#life && this.#family.alive()) {
      await killFamily(this.#family);
      if (this.pid !== undefined || this.#unplugged.size > 0) return undefined;
    }
    const { command, cwd } = this.#spec;
    const env = { ...this.#spec.env, [MARK]: this.#mark.text };
    const [program, ...args] = command;
    this.clock?.booting();
    const options: SpawnOptions = { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] };
    const marked = <T>(start: () => T) => startMarked(this.#mark, start);
    const { child, started } = this.clock?.launch?.(command, options, marked) ?? launch(program!, args, options, marked);
    const life: Life = { child, pid: 0, lines: [], saidReady: false, exit: undefined, told: false, pauses: 0, ended: Promise.resolve('') };
    life.ended = new Promise((resolve) => {
      child.on('exit', (code, signal) => {
        const how = howItEnded({ code, signal });
        life.exit = { code, signal };
        if (life.told) this.#watcher.ended(this.name);
        else this.#watcher.exited(this.name, how);
        resolve(how);
      });
    });
    for (const stream of [child.stdout!, child.stderr!]) splitLines(stream, (line) => this.#heard(line, life));
    if (child.pid !== undefined) {
      life.pid = child.pid;
      this.#family.adopt(life.pid);
      this.#life = life; // from here on it can be killed
      this.#watcher.started(this.name, life.pid);
    }
    try {
      await started;
    } catch (error) {
      life.told = true;
      throw cannotStart(this.name, program!, cwd, error as NodeJS.ErrnoException);
    }
    return life;
  }

  #heard(line: string, life: Life): void {
    this.#log.line(line);
    life.saidReady ||= saysReady(this.#spec.ready, line);
    life.lines.push(line.slice(0, KEPT_CHARACTERS));
    if (life.lines.length > KEPT_LINES) life.lines.shift();
  }

  #whyDied(): string {
    const left = this.processes()?.length ?? 0;
    if (left === 0) return 'Run its command by itself to see why.';
    return `Its first process ended and left ${left === 1 ? 'one process' : `${left} processes`} in the background: have it stay in the foreground, as under a service manager.`;
  }
}

function howItEnded({ code, signal }: Exit): string {
  return signal ? `killed by ${signal}` : `exit code ${code}`;
}

function launch(program: string, args: string[], options: SpawnOptions, marked: <T>(start: () => T) => T): Launch {
  const child = marked(() => spawn(program, args, options));
  return { child, started: once(child, 'spawn').then(() => {}) };
}

function cannotStart(node: string, program: string, cwd: string, error: NodeJS.ErrnoException): HarnessProblem {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
    return new PipelineMistake(
      `node ${node}: command not found: ${program} (started in ${cwd})`,
      `Check nodes.${node}.command and cwd in the pipeline file, and that the program is installed and on the PATH.`,
    );
  }
  const message = `node ${node}: cannot start ${program}: ${error.message}`;
  return error.code === 'EACCES' ? new PipelineMistake(message, 'Is it a program, and may it be run (chmod +x)?') : new HarnessProblem(message);
}

function quoted(lines: readonly string[]): string {
  if (lines.length === 0) return '; it printed nothing';
  return `; its last lines:\n${lines.map((line) => `    | ${plainText(line)}`).join('\n')}`;
}
