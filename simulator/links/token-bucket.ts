import type { RunClock } from '../run-clock.ts';

/** How much may pass in one go: so long a time of the whole rate. */
const BURST_SECONDS = 0.02;

/** Permission that flows in at a steady rate, and is spent. */
export class TokenBucket {
  readonly #bytesPerSecond: number;
  readonly #clock: RunClock;
  readonly #burstBytes: number;
  #bytes = 0;
  #atMicros: number;

  constructor(bytesPerSecond: number, clock: RunClock) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#clock = clock;
    this.#burstBytes = Math.max(1, Math.floor(bytesPerSecond * BURST_SECONDS));
    this.#atMicros = clock.nowMicros();
  }

  /** How many bytes may pass now, and if that is none, when that changes: as soon as it is worth a write. */
  ask(bytes: number): { bytes: number } | { untilMicros: number } {
    this.#fill();
    const wanted = Math.min(bytes, this.#burstBytes);
    if (this.#bytes >= wanted) return { bytes: Math.floor(this.#bytes) };
    return { untilMicros: this.#atMicros + ((wanted - this.#bytes) / this.#bytesPerSecond) * 1e6 };
  }

  spend(bytes: number): void {
    this.#bytes -= bytes;
  }

  #fill(): void {
    const nowMicros = this.#clock.nowMicros();
    const flowed = ((nowMicros - this.#atMicros) / 1e6) * this.#bytesPerSecond;
    this.#bytes = Math.min(this.#burstBytes, this.#bytes + flowed);
    this.#atMicros = nowMicros;
  }
}
