import os from 'node:os';
import { Interrupted, type EndingSignal } from '../problem.ts';

/** One Ctrl-C may reach this process twice: from the terminal, and from the program that started it. */
const SAME_KEY_PRESS_MS = 300;
/** What has not ended in good order by then is ended by force: the guardian cleans up. */
const PATIENCE_MS = 4500;

/**
 * Ctrl-C, SIGTERM and SIGHUP. Until something was started that has to be ended, they simply end this process, whatever it is
 * busy with. From `listen` on, the first asks everything to end in good order, and has a few seconds for it; the second ends the
 * process at once.
 */
export class Interrupts {
  readonly #stop = new AbortController();
  readonly #said: (text: string) => void;
  #interruptedAtMs = 0;
  #listens = false;

  constructor(said: (text: string) => void) {
    this.#said = said;
  }

  /** From now on a signal aborts what this returns, with Interrupted as the reason. */
  listen(): AbortSignal {
    if (!this.#listens) for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.#interrupted(signal));
    this.#listens = true;
    return this.#stop.signal;
  }

  /** A failure that nobody has caught: everything ends in good order, as after Ctrl-C, with the failure as the reason. */
  fail(error: unknown, exitCode: number): void {
    if (!this.#listens) process.exit(exitCode);
    if (!this.#stop.signal.aborted) this.#stop.abort(error);
    setTimeout(() => process.exit(exitCode), PATIENCE_MS);
  }

  #interrupted(signal: EndingSignal): void {
    const exitCode = exitCodeOfSignal(signal);
    if (this.#stop.signal.aborted) {
      if (performance.now() - this.#interruptedAtMs > SAME_KEY_PRESS_MS) process.exit(exitCode);
      return;
    }
    this.#interruptedAtMs = performance.now();
    this.#said('brownout: ending everything it started ...');
    this.#stop.abort(new Interrupted(signal));
    setTimeout(() => {
      this.#said('brownout: that took too long; what is left is ended by force.');
      process.exit(exitCode);
    }, PATIENCE_MS).unref();
  }
}

/** As a shell has it: 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP. */
export function exitCodeOfSignal(signal: EndingSignal): number {
  return 128 + os.constants.signals[signal];
}
