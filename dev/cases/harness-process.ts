import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../../simulator/package-root.ts';

/** How one call of the command line went, seen from outside. */
export interface Ended {
  /** As a shell has it: 143 if SIGTERM ended it. Null if it had to be killed. */
  code: number | null;
  stdout: string;
  stderr: string;
  tookMs: number;
  /** From `signalled` to the end. */
  endedAfterMs: number | undefined;
  peakBytes: number;
  /** Living processes and temporary files that it left behind. */
  leftovers: string[];
}

const CODE_OF_SIGNAL: Record<string, number> = { SIGINT: 130, SIGTERM: 143 };
/** More of stderr than this is not kept: a case may flood it. */
const KEPT_CHARACTERS = 4_000_000;
/** What is still there after this long was left behind. */
const GONE_WITHIN_MS = 3000;

/** One call of `brownout`, in a folder of its own, with temporary files of its own, that ends within a limit. */
export class HarnessProcess {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #temporary: string;
  readonly #mark = randomUUID();
  readonly #startedMs = performance.now();
  readonly #ended: Promise<number | null>;
  #stdout = '';
  #stderr = '';
  #signalledMs: number | undefined;
  #peakBytes = 0;

  constructor(args: string[], { folder, limitMs, stderr }: { folder: string; limitMs: number; stderr?: 'one line' }) {
    this.#folder = folder;
    this.#temporary = path.join(folder, '.tmp');
    mkdirSync(this.#temporary, { recursive: true });
    const child = spawn(process.execPath, [path.join(packageRoot(), 'bin/brownout.mjs'), ...args], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1', TMPDIR: this.#temporary, BROWNOUT_TEST_MARK: this.#mark },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stdout!.on('data', (chunk) => (this.#stdout += chunk));
    child.stderr!.on('data', (chunk) => {
      if (this.#stderr.length < KEPT_CHARACTERS) this.#stderr += chunk;
      if (stderr === 'one line' && this.#stderr.includes('\n')) child.stderr!.destroy();
    });
    const peak = setInterval(() => this.#lookAtMemory(), 100);
    const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
    this.#ended = new Promise((resolve) =>
      child.on('close', (code, signal) => {
        clearInterval(peak);
        clearTimeout(limit);
        resolve(code ?? CODE_OF_SIGNAL[signal!] ?? null);
      }),
    );
  }

  /** Waits until stderr shows this, or the process has ended. Resolves to whether it was seen. */
  async shows(text: string): Promise<boolean> {
    while (!this.#stderr.includes(text) && this.#child.exitCode === null && this.#child.signalCode === null) await sleep(20);
    return this.#stderr.includes(text);
  }

  signal(signal: NodeJS.Signals): void {
    this.#signalledMs = performance.now();
    this.#child.kill(signal);
  }

  /** Waits for its end. What it left behind is ended. */
  async end(): Promise<Ended> {
    const code = await this.#ended;
    const endMs = performance.now();
    const leftovers = await this.#leftovers(code);
    return {
      code,
      stdout: this.#stdout,
      stderr: this.#stderr,
      tookMs: endMs - this.#startedMs,
      endedAfterMs: this.#signalledMs === undefined ? undefined : endMs - this.#signalledMs,
      peakBytes: this.#peakBytes,
      leftovers,
    };
  }

  #lookAtMemory(): void {
    try {
      const kB = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${this.#child.pid}/status`, 'utf8'))?.[1];
      if (kB) this.#peakBytes = Math.max(this.#peakBytes, Number(kB) * 1024);
    } catch {
      // gone meanwhile
    }
  }

  async #leftovers(code: number | null): Promise<string[]> {
    const deadlineMs = performance.now() + GONE_WITHIN_MS;
    const found = () => [...this.#processes().map((pid) => `process ${pid}: ${commandOf(pid)}`), ...(existsSync(this.#temporary) ? readdirSync(this.#temporary).map((entry) => `temporary ${entry}`) : [])];
    while (found().length > 0 && performance.now() < deadlineMs) await sleep(100);
    const left = found();
    for (const pid of this.#processes()) endNow(pid);
    return code === null ? [] : left; // after a SIGKILL its guardian is still at it
  }

  /** Whoever carries the mark in its environment, or works in the folder of the case: nodes do the latter. */
  #processes(): number[] {
    return readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
      .filter((entry) => {
        try {
          return readlinkSync(`/proc/${entry}/cwd`).startsWith(this.#folder) || readFileSync(`/proc/${entry}/environ`, 'utf8').includes(this.#mark);
        } catch {
          return false; // gone meanwhile, or not ours
        }
      })
      .map(Number);
  }
}

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone meanwhile
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return 'gone';
  }
}
