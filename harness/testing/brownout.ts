import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../simulator/package-root.ts';

/** How a run of the command line ended. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * A user's folder outside of the repository, and the command line run in it as a user would. Temporary folders are made inside the
 * place, by every process that is started from here, by whomever: they are known by that.
 */
export class UserPlace implements Disposable {
  readonly folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'brownout-user-')));
  readonly #launchers: number[] = [];
  readonly #temporary = path.join(this.folder, '.tmp');

  constructor() {
    mkdirSync(this.#temporary);
  }

  /** Copies the pipeline of somebody's own here, with changes to its file: `[what is there, what is put instead]`. */
  withOwnPipeline(changes: [from: string, to: string][] = []): this {
    const source = path.join(packageRoot(), 'harness/testing/own-pipeline');
    cpSync(source, this.folder, { recursive: true });
    let text = readFileSync(path.join(source, 'pipeline.yaml'), 'utf8');
    for (const [from, to] of changes) {
      if (!text.includes(from)) throw new Error(`own-pipeline/pipeline.yaml no longer holds: ${from}`);
      text = text.replace(from, () => to);
    }
    this.write('pipeline.yaml', text);
    return this;
  }

  write(file: string, text: string): void {
    writeFileSync(path.join(this.folder, file), text);
  }

  read(file: string): string {
    return readFileSync(path.join(this.folder, file), 'utf8');
  }

  /** What the user would see in the folder. */
  entries(): string[] {
    return readdirSync(this.folder).filter((entry) => !entry.startsWith('.'));
  }

  /**
   * Starts `brownout ...args`; `onOutput` hears all of standard error so far and can act on the process. With `olderNode`
   * it takes the Node.js that it is started by for an older one.
   */
  brownout(args: string[], onOutput?: (stderr: string, child: ChildProcess) => void, { olderNode = false } = {}): Promise<Ended> {
    const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.0.0' } })`;
    const child = spawn(process.execPath, [...(olderNode ? ['--import', `data:text/javascript,${encodeURIComponent(older)}`] : []), path.join(packageRoot(), 'bin/brownout.mjs'), ...args], {
      cwd: this.folder,
      env: { ...process.env, NO_COLOR: '1', TMPDIR: this.#temporary },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#launchers.push(child.pid!);
    const ended: Ended = { code: null, stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => (ended.stdout += chunk));
    child.stderr.on('data', (chunk) => {
      ended.stderr += chunk;
      onOutput?.(ended.stderr, child);
    });
    return new Promise((resolve) => child.on('close', (code) => resolve({ ...ended, code })));
  }

  /** The processes that were started by an older Node.js and are alive, which are the harnesses then. */
  launched(): number[] {
    return this.#launchers.flatMap((pid) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number));
  }

  /** What is left of all that was started here: living processes, and entries in the folder for temporary files. */
  leftovers(): string[] {
    const processes = readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry) && this.#isFromHere(entry))
      .map((pid) => `process ${pid}: ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')}`);
    return [...processes, ...readdirSync(this.#temporary).map((entry) => `temporary ${entry}`)];
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #isFromHere(pid: string): boolean {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`TMPDIR=${this.#temporary}`);
    } catch {
      return false; // gone meanwhile
    }
  }
}

/** For `brownout`: acts on the process once, as soon as this has been said. */
export function onceSaid(words: string, act: (child: ChildProcess) => void): (stderr: string, child: ChildProcess) => void {
  let done = false;
  return (stderr, child) => {
    if (done || !stderr.includes(words)) return;
    done = true;
    act(child);
  };
}
