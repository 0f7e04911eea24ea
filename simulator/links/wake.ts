import type { RunClock } from '../run-clock.ts';

/** One timer for all that waits for a time to come. It rings at the earliest, and whoever still has to wait asks again then. */
export class Wake {
  readonly #clock: RunClock;
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;
  #atMicros = Infinity;

  constructor(clock: RunClock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings at this run time or sooner, rounded up to the millisecond of a timer. */
  at(micros: number): void {
    if (micros >= this.#atMicros) return;
    this.stop();
    this.#atMicros = micros;
    this.#timer = setTimeout(() => {
      this.#atMicros = Infinity;
      if (this.#clock.nowMicros() < micros) this.at(micros); // timers of Node.js may be a little early
      else this.#ring();
    }, Math.max(1, Math.ceil((micros - this.#clock.nowMicros()) / 1000)));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#atMicros = Infinity;
  }
}
