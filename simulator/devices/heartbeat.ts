import type { RunClock } from '../run-clock.ts';

const INTERVAL_MS = 5;

/** Notices when this process stalls, so that what it sees late is not taken for having happened late. */
export class Heartbeat {
  readonly #timer: NodeJS.Timeout;
  #last: number;
  #beforeLast: number;

  constructor(clock: RunClock) {
    this.#last = this.#beforeLast = clock.nowMicros();
    this.#timer = setInterval(() => {
      this.#beforeLast = this.#last;
      this.#last = clock.nowMicros();
    }, INTERVAL_MS).unref();
  }

  /**
   * Whatever is seen now happened after this moment. It is the beat before the last, for after a stall the event loop
   * runs its timers first and reads its sockets then.
   */
  idleMicros(): number {
    return this.#beforeLast;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
