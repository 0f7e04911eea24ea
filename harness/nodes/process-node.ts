import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { FaultableNode } from '../../simulator/faults/fault.ts';
import type { Launch, SkewableClock } from '../../simulator/clock/skewable-clock.ts';
import { HarnessProblem, PipelineMistake } from '../problem.ts';
import { until } from '../run/wait.ts';
import { groupAlive } from '../../simulator/process-group.ts';
import { endGroup, killGroup, pauseGroup, resumeGroup } from './process-group.ts';
import { describeCheck, servesNow, type ReadinessCheck } from './readiness.ts';

/** A node that is a process of this machine, everything resolved: no variables left. */
export interface ProcessNodeSpec {
  name: string;
  command: string[];
  cwd: string;
  /** The whole environment of the process. */
  env: Record<string, string>;
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
  /** It ended by itself: nobody of ours told it to. */
  exited(node: string, how: string): void;
  /** Nothing of its process group is left. */
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
  lines: string[];
  ended: Promise<string>;
  exit: Exit | undefined;
  /** Its end is our doing. */
  told: boolean;
  /** How many pauses of it are in force. */
  pauses: number;
}

/** Lines of output kept in memory for readiness and for messages. */
const KEPT_LINES = 400;

/** Starts, kills and starts again one process in a process group of its own. */
export class ProcessNode implements FaultableNode {
  readonly #spec: ProcessNodeSpec;
  readonly #watcher: NodeWatcher;
  readonly #log: WriteStream;
  #life: Life | undefined;
  readonly #unplugged = new Set<symbol>();

  constructor(spec: ProcessNodeSpec, watcher: NodeWatcher) {
    this.#spec = spec;
    this.#watcher = watcher;
    this.#log = createWriteStream(spec.logFile, { flags: 'a' });
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

  /** Starts it and resolves once its readiness check passes; does nothing while it is up or has no power. Throws HarnessProblem. */
  async boot(signal?: AbortSignal): Promise<void> {
    if (this.pid !== undefined || this.#unplugged.size > 0) return;
    const life = await this.#spawn();
    const { ready } = this.#spec;
    const serves = await until(() => life.exit !== undefined || servesNow(ready, life.lines), { withinMs: ready.withinMs, signal });
    if (life.exit) {
      if (life.told) return; // killed again while it was booting: a fault's doing
      throw new HarnessProblem(
        `node ${this.name} died at start: ${await life.ended}${lastLines(life.lines)}`,
        `Run its command by itself to see why. Its whole output: ${this.#spec.logFile}`,
      );
    }
    if (!serves) {
      throw new HarnessProblem(
        `node ${this.name} never got ready: waited ${ready.withinMs / 1000} s for ${describeCheck(ready)}${lastLines(life.lines)}`,
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
    await this.#end((pid) => {
      this.#watcher.killed(this.name);
      return killGroup(pid);
    });
  }

  /** Ends it gently, with SIGKILL after the grace. */
  async stop(graceMs = 2000): Promise<void> {
    await this.#end((pid) => {
      this.#watcher.stopped(this.name);
      return endGroup(pid, graceMs);
    });
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
      await resumeGroup(life.pid);
    };
    if (life.pauses > 1) return resume;
    this.#watcher.interrupted(this.name);
    try {
      await pauseGroup(life.pid);
    } catch (error) {
      await resume();
      throw error;
    }
    return resume;
  }

  /** Whether its readiness check passes now. */
  async serves(): Promise<boolean> {
    return this.pid !== undefined && (await servesNow(this.#spec.ready, this.#life!.lines));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    // A leader that ended by itself may have left children behind.
    if (this.#life && groupAlive(this.#life.pid)) await killGroup(this.#life.pid);
    this.#log.end();
  }

  async #end(how: (pid: number) => Promise<void>): Promise<void> {
    const life = this.#life;
    if (!life || life.exit) return;
    life.told = true;
    await how(life.pid);
    await life.ended;
    this.#watcher.gone(life.pid);
  }

  async #spawn(): Promise<Life> {
    const { command, cwd, env } = this.#spec;
    const [program, ...args] = command;
    this.clock?.booting();
    const options: SpawnOptions = { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] };
    const { child, started } = this.clock?.launch?.(command, options) ?? launch(program!, args, options);
    const life: Life = { child, pid: 0, lines: [], exit: undefined, told: false, pauses: 0, ended: Promise.resolve('') };
    life.ended = new Promise((resolve) => {
      child.on('exit', (code, signal) => {
        const how = signal ? `killed by ${signal}` : `exit code ${code}`;
        life.exit = { code, signal };
        if (!life.told) this.#watcher.exited(this.name, how);
        resolve(how);
      });
    });
    for (const stream of [child.stdout!, child.stderr!]) this.#follow(stream, life);
    if (child.pid !== undefined) {
      life.pid = child.pid;
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

  #follow(stream: NodeJS.ReadableStream, life: Life): void {
    createInterface({ input: stream }).on('line', (line) => {
      this.#log.write(`${line}\n`);
      life.lines.push(line);
      if (life.lines.length > KEPT_LINES) life.lines.shift();
    });
  }
}

function launch(program: string, args: string[], options: SpawnOptions): Launch {
  const child = spawn(program, args, options);
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

function lastLines(lines: readonly string[]): string {
  if (lines.length === 0) return '; it printed nothing';
  return `; its last lines:\n${lines.slice(-8).map((line) => `    | ${line}`).join('\n')}`;
}
