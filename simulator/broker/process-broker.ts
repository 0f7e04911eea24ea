import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CappedLog } from '../capped-log.ts';
import type { ReservedPort } from '../ports.ts';
import { splitLines } from '../split-lines.ts';
import type { Broker, BrokerKind, BrokerOutage, ImposedRule, WitnessLogin } from './broker.ts';
import type { Census } from './census.ts';
import type { BrokerRule } from './orders.ts';

export interface BrokerOptions {
  /** Left out: one that stays reserved for it until it is stopped. */
  port?: number;
  /** The folder in which it makes one of its own; the machine's temporary one if left out. */
  within?: string;
  /** Environment variables on top of ours. */
  env?: Record<string, string>;
  /** Whatever it writes is appended to this file. */
  logFile?: string;
  /** Told of each process group that it starts, and when nothing is left of it. */
  watcher?: { started(groupId: number): void; gone(groupId: number): void };
}

export type BrokerSpec = Omit<BrokerOptions, 'port'> & { port: Pick<ReservedPort, 'port'> & Partial<ReservedPort> };

/** From one start of the process to its end. */
interface Life {
  child: ChildProcess;
  pid: number;
  ended: Promise<unknown>;
  /** The last lines that it wrote. */
  lines: string[];
}

/** How long it may take to end when asked to, as service managers have it; then it is killed. */
const GRACE_MS = 5000;

/** What all brokers have in common: a process that is started, ended, and started again over the same store. */
export abstract class ProcessBroker implements Broker {
  abstract readonly kind: BrokerKind;
  readonly port: number;
  readonly witness: WitnessLogin = { username: 'brownout', password: randomBytes(12).toString('hex') };
  /** Its own folder; `store` in it is what it can be made to forget. */
  protected readonly folder: string;
  protected readonly store: string;
  protected readonly env: Record<string, string | undefined>;
  readonly #spec: BrokerSpec;
  readonly #log: CappedLog | undefined;
  readonly #downFor = new Set<symbol>();
  #life: Life | undefined;
  #stopped = false;
  #lastTurn: Promise<unknown> = Promise.resolve();

  constructor(spec: BrokerSpec) {
    this.#spec = spec;
    this.#log = spec.logFile === undefined ? undefined : new CappedLog(spec.logFile);
    this.port = spec.port.port;
    this.env = { ...process.env, NODE_OPTIONS: '', ...spec.env };
    this.folder = mkdtempSync(path.join(spec.within ?? os.tmpdir(), 'brownout-broker-'));
    this.store = path.join(this.folder, 'store');
  }

  /** Spawns its process, detached and with a pipe for what it writes to stderr. */
  protected abstract spawn(): ChildProcess;
  /** Resolves to true once it can be connected to, with every rule in force; to false if it ends before. */
  protected abstract listening(child: ChildProcess): Promise<boolean>;
  protected abstract connections(): Promise<number>;
  abstract census(): Promise<Census>;
  /** A line that it wrote. */
  protected hear(_line: string): void {}
  protected abstract follow(rule: BrokerRule): Promise<ImposedRule>;
  abstract kick(client?: string): Promise<number>;

  get pid(): number | undefined {
    return this.#life && isUp(this.#life.child) ? this.#life.pid : undefined;
  }

  /** @throws if it does not come up, with what it wrote. */
  async start(): Promise<void> {
    mkdirSync(this.store, { recursive: true });
    const child = this.spawn();
    const life: Life = { child, pid: 0, ended: new Promise((resolve) => child.once('close', resolve)), lines: [] };
    splitLines(child.stderr!, (line) => this.#said(life, line));
    await once(child, 'spawn');
    life.pid = child.pid!;
    this.#life = life;
    const { watcher } = this.#spec;
    watcher?.started(life.pid);
    void life.ended.then(() => watcher?.gone(life.pid));
    if (await this.listening(child)) return;
    await life.ended;
    if (!this.#stopped) throw new Error(`the MQTT broker did not start: ${reason(life.lines)}`);
  }

  goDown(how: 'shutdown' | 'crash'): Promise<BrokerOutage> {
    return this.#inTurn(async () => {
      this.#mustRun();
      const wish = Symbol(how);
      this.#downFor.add(wish);
      const droppedConnections = this.pid === undefined ? 0 : await this.connections();
      const ended = await this.#end(how === 'crash' ? 'SIGKILL' : 'SIGTERM');
      return { droppedConnections, ended, comeUp: ({ forget }) => this.#inTurn(() => this.#comeUp(wish, forget)) };
    });
  }

  impose(rule: BrokerRule): Promise<ImposedRule> {
    return this.#inTurn(async () => {
      this.#mustRun();
      const { struck, lift } = await this.follow(rule);
      return { struck, lift: () => this.#inTurn(lift) };
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#end('SIGKILL');
    await this.#lastTurn;
    await this.#end('SIGKILL'); // it may have been on its way up
    await this.#log?.end();
    rmSync(this.folder, { recursive: true, force: true });
    await this.#spec.port[Symbol.asyncDispose]?.();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #comeUp(wish: symbol, forget: boolean): Promise<number> {
    if (!this.#downFor.delete(wish) || this.#stopped) return 0;
    const forgottenBytes = forget ? sizeOf(this.store) : 0;
    if (forget) rmSync(this.store, { recursive: true, force: true });
    if (this.#downFor.size === 0) await this.start();
    return forgottenBytes;
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<BrokerOutage['ended']> {
    const life = this.#life;
    if (!life || !isUp(life.child)) return undefined;
    signalGroup(life.pid, signal);
    const impatience = setTimeout(() => signalGroup(life.pid, 'SIGKILL'), GRACE_MS);
    await life.ended;
    clearTimeout(impatience);
    return { pid: life.pid, signal: life.child.signalCode };
  }

  #mustRun(): void {
    if (this.#stopped) throw new Error('the broker is not running');
  }

  /** One after the other, in the order in which they came. */
  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#lastTurn.then(act);
    this.#lastTurn = turn.catch(() => {});
    return turn;
  }

  #said(life: Life, line: string): void {
    life.lines = [...life.lines.slice(-20), line];
    this.#log?.line(line);
    this.hear(line);
  }
}

const isUp = ({ exitCode, signalCode }: ChildProcess) => exitCode === null && signalCode === null;

function signalGroup(groupId: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-groupId, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has just ended by itself
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce((bytes, file) => bytes + statSync(path.join(folder, file)).size, 0);
}

/** The line that names the error, of a Node.js crash report or of a log. */
function reason(lines: readonly string[]): string {
  return lines.find((line) => /^\w*Error: /.test(line)) ?? (lines.join('\n').trim() || 'it ended without a word');
}
