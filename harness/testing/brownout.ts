import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../simulator/package-root.ts';
import { isLiving } from '../../simulator/process-family.ts';
import { carriedBy, harnessOf } from '../../simulator/process-mark.ts';

/** How a run of the command line ended. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * A user's folder outside of the repository, and the command line run in it as a user would. Every process of ours that is
 * started from here carries a mark in its environment, those of nodes carry that of their run; temporary folders are made
 * inside the place.
 */
export class UserPlace implements Disposable {
  readonly folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'brownout-user-')));
  readonly #mark = randomUUID();
  readonly #harnesses: number[] = [];
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

  /** Starts `brownout ...args`; `onOutput` hears all of standard error so far and can act on the process. */
  brownout(args: string[], onOutput?: (stderr: string, child: ChildProcess) => void): Promise<Ended> {
    const child = spawn(process.execPath, [path.join(packageRoot(), 'bin/brownout.mjs'), ...args], {
      cwd: this.folder,
      env: { ...process.env, NO_COLOR: '1', TMPDIR: this.#temporary, BROWNOUT_TEST_MARK: this.#mark },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#harnesses.push(child.pid!);
    const ended: Ended = { code: null, stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => (ended.stdout += chunk));
    child.stderr.on('data', (chunk) => {
      ended.stderr += chunk;
      onOutput?.(ended.stderr, child);
    });
    return new Promise((resolve) => child.on('close', (code) => resolve({ ...ended, code })));
  }

  /** What is left of all that was started here: living processes, and entries in the folder for temporary files. */
  leftovers(): string[] {
    const processes = readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry) && this.#carriesMark(entry))
      .map((pid) => `process ${pid}: ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')}`);
    return [...processes, ...readdirSync(this.#temporary).map((entry) => `temporary ${entry}`)];
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #carriesMark(pid: string): boolean {
    const harness = harnessOf(carriedBy(pid));
    if (harness !== undefined && this.#harnesses.includes(harness)) return isLiving(Number(pid));
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(this.#mark);
    } catch {
      return false; // gone meanwhile
    }
  }
}
