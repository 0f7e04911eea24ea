import { spawn, type ChildProcess } from 'node:child_process';
import type { RunMark } from '../../simulator/process-mark.ts';
import { siblingModule } from '../../simulator/sibling-module.ts';

/**
 * Cleans up in the harness's place if the harness is killed: ends the processes of its runs and removes folders.
 * It is a process of its own that notices the end of its standard input; nothing polls.
 */
export class Guardian {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = spawn(process.execPath, [siblingModule(import.meta.url, './guardian-process')], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.#child.stdin!.on('error', () => {});
    this.#child.unref();
  }

  /** Every process of this run, when it is over: whatever carries its mark. */
  watchRun(mark: RunMark): void {
    this.#say(`run ${mark.text}`);
  }

  watchGroup(groupId: number): void {
    this.#say(`group ${groupId}`);
  }

  forgetGroup(groupId: number): void {
    this.#say(`group-gone ${groupId}`);
  }

  watchFolder(folder: string): void {
    this.#say(`folder ${folder}`);
  }

  forgetFolder(folder: string): void {
    this.#say(`folder-gone ${folder}`);
  }

  /** Lets it go; resolves once its process is gone. What it still watches is ended and removed. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.ref();
    this.#child.stdin!.end();
    await gone;
  }

  #say(line: string): void {
    this.#child.stdin!.write(`${line}\n`);
  }
}
