import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { siblingModule } from '../sibling-module.ts';
import type { Answers, Command, DiskStatistics } from './control.ts';
import type { CutMode, CutReport } from './cut.ts';
import type { Metadata } from './journal.ts';
import { enterNamespaces, MOUNT_SOURCE, mountsAt, unmountDeadDisks, type ForgetfulDisk } from './forgetful-disk.ts';
import type { FromServer, ServerOptions, ToServer } from './server-process.ts';
import type { Trouble } from './troubles.ts';
import { withoutDevice, waysToMount, type WayToMount } from './ways-to-mount.ts';

export { unavailable } from './ways-to-mount.ts';
export type { CutMode, CutReport } from './cut.ts';

export interface VolatileDiskOptions {
  /** An empty folder, which the disk is mounted over. Absolute. */
  folder: string;
  /** What a sync covers; see `Journal`. */
  metadata?: Metadata;
  /** How much fits on it. */
  quotaBytes?: number;
  /** Where the contents of its files lie, nameless, while it is mounted; the temporary folder if left out. */
  contentFolder?: string;
  /** Only this way to mount is tried. */
  way?: WayToMount['name'];
}

/** Something that is wrong with a disk until it is lifted. */
export interface ImposedTrouble {
  /** How many requests it has hit so far; after it was lifted, in all. */
  hits(): Promise<number>;
  /** May be called again, and after the disk is gone. */
  lift(): Promise<void>;
}

/** A disk that forgets what was not synced when its power is cut. */
export interface VolatileDisk extends ForgetfulDisk {
  cut(options: { mode: CutMode; seed: number }): Promise<CutReport>;
  impose(trouble: Trouble): Promise<ImposedTrouble>;
  statistics(): Promise<DiskStatistics>;
}

/** No way to mount a volatile disk has worked; `fix` says what would help. */
export class DiskUnavailable extends Error {
  readonly fix: string;
  constructor(reason: string, fix: string) {
    super(reason);
    this.fix = fix;
  }
}

const DEFAULT_QUOTA_BYTES = 64 * 2 ** 30;

/**
 * Mounts a disk over an empty folder: a file system of our own, served over FUSE by a process of its own. As root or by
 * fusermount3 it is mounted for its user to see; else in a namespace of its own that programs enter (`enter`).
 * It is gone, with all that it held, when it is unmounted, and also when this process is killed.
 *
 * What it cannot know: `sync` and `syncfs` of a whole disk do not reach a FUSE server, so what only they would have made
 * safe is lost in a cut. fsync, fdatasync, O_SYNC, O_DSYNC and msync all reach it.
 *
 * @throws DiskUnavailable with a reason and a fix.
 */
export async function mountVolatileDisk(options: VolatileDiskOptions): Promise<VolatileDisk> {
  if (readdirSync(options.folder).length > 0) throw new Error(`${options.folder} is not empty: what is in it would be hidden`);
  const obstacle = withoutDevice();
  if (obstacle) throw new DiskUnavailable(obstacle.reason, obstacle.fix);
  const failures: string[] = [];
  for (const way of waysToMount.filter(({ name }) => name === (options.way ?? name))) {
    const failure = way.obstacle()?.reason ?? (await mount(options, way));
    if (typeof failure !== 'string') return failure;
    failures.push(`${way.name}: ${failure}`);
  }
  throw new DiskUnavailable(`no volatile disk could be mounted: ${failures.join('; ')}`, 'run as root, or install fuse3 and python3');
}

async function mount(options: VolatileDiskOptions, way: WayToMount): Promise<VolatileDisk | string> {
  const { folder, metadata = 'journal', quotaBytes = DEFAULT_QUOTA_BYTES, contentFolder = os.tmpdir() } = options;
  const { allowOther, unmount } = way;
  const server: ServerOptions = { folder, source: MOUNT_SOURCE, allowOther, unmount, volume: { metadata, quotaBytes, contentFolder } };
  const args = [siblingModule(import.meta.url, './server-process'), JSON.stringify(server)];
  const [program, ...rest] = way.command(process.execPath, args, folder);
  const child = spawn(program!, rest, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    detached: true, // Ctrl-C is for the harness, which unmounts
    env: { ...process.env, NODE_OPTIONS: '' },
    serialization: 'json',
  });
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const closed = once(child, 'close').then(() => undefined, (error: Error) => void (stderr += error.message));
  const ready = await Promise.race([once(child, 'message'), closed]);
  return ready ? new ServedDisk(folder, way, child, closed, () => stderr) : reasonIn(stderr);
}

/** The line of a Node.js crash report that names the error, or all that was said. */
const reasonIn = (stderr: string) => /^\w*Error: .*$/m.exec(stderr)?.[0] ?? (stderr.trim().replaceAll(/\s*\n\s*/g, '; ') || 'its server ended without a word');

class ServedDisk implements VolatileDisk {
  readonly folder: string;
  readonly outside: string;
  readonly engine: string;
  readonly #way: WayToMount;
  readonly #child: ChildProcess;
  readonly #closed: Promise<void>;
  readonly #stderr: () => string;
  readonly #waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
  #nextId = 1;
  #gone = false;

  constructor(folder: string, way: WayToMount, child: ChildProcess, closed: Promise<void>, stderr: () => string) {
    this.folder = folder;
    this.outside = way.enter ? path.join(`/proc/${child.pid}/root`, folder) : folder;
    this.engine = `fuse (${way.name})`;
    this.#way = way;
    this.#child = child;
    this.#closed = closed;
    this.#stderr = stderr;
    child.on('message', (message: FromServer) => 'id' in message && this.#answered(message));
    void closed.then(() => this.#lost());
  }

  enter(command: string[], cwd: string): string[] {
    return this.#way.enter ? enterNamespaces(this.#child.pid!, this.#way.enter, command, cwd) : command;
  }

  cut({ mode, seed }: { mode: CutMode; seed: number }): Promise<CutReport> {
    return this.#ask({ do: 'cut', mode, seed });
  }

  statistics(): Promise<DiskStatistics> {
    return this.#ask({ do: 'statistics' });
  }

  async impose(trouble: Trouble): Promise<ImposedTrouble> {
    const id = this.#nextId++;
    await this.#ask({ do: 'impose', id, trouble });
    let final: number | undefined;
    const hits = async () => final ?? (this.#gone ? 0 : await this.#ask({ do: 'hits', id }));
    const lift = async () => {
      final ??= this.#gone ? 0 : await this.#ask({ do: 'lift', id });
    };
    return { hits, lift };
  }

  async unmount(): Promise<void> {
    if (!this.#gone) {
      // The server unmounts and then ends itself; that it has ended is the answer.
      this.#say({ id: this.#nextId++, command: { do: 'unmount' } });
      await this.#closed;
    }
    if (this.#way.enter) return;
    if (mountsAt(this.folder) > 0) unmountDeadDisks(); // its server was killed
    if (mountsAt(this.folder) > 0) throw new Error(`${this.folder} is still mounted${this.#lastWords()}`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.unmount();
  }

  #ask<Do extends Command['do']>(command: Extract<Command, { do: Do }>): Promise<Answers[Do]> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      if (this.#gone) return reject(this.#death());
      this.#waiting.set(id, { resolve, reject });
      this.#say({ id, command });
    });
  }

  #say(message: ToServer): void {
    this.#child.send(message, () => {}); // that it cannot be told shows in its end
  }

  #answered({ id, answer, error }: Extract<FromServer, { id: number }>): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(answer as never);
    else waiting?.reject(new Error(`the disk at ${this.folder} does not answer: ${error}`));
  }

  #lost(): void {
    this.#gone = true;
    for (const { reject } of this.#waiting.values()) reject(this.#death());
    this.#waiting.clear();
  }

  #death(): Error {
    return new Error(`the disk at ${this.folder} is gone${this.#lastWords()}`);
  }

  #lastWords(): string {
    const words = this.#stderr().trim();
    return words === '' ? '' : `: ${words}`;
  }
}
