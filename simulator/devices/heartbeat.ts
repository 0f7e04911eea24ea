import type { RunClock } from '../run-clock.ts';

const INTERVAL_MS = 5;
/** A beat so late is a stall after which much may have piled up. */
const STALL_MICROS = 50_000;
/** What piled up is dealt with in as long as it had to pile up, and in this time at the latest. */
const MOST_TO_CATCH_UP_MICROS = 500_000;

/** Notices when this process stalls, so that what it sees late is not taken for having happened late. */
export class Heartbeat {
  readonly #timer: NodeJS.Timeout;
  #last: number;
  #beforeLast: number;
  /** The last stall: since when, and until when what it kept waiting may still come in. */
  #stall = { fromMicros: 0, feltToMicros: -Infinity };

  constructor(clock: RunClock) {
    this.#last = this.#beforeLast = clock.nowMicros();
    this.#timer = setInterval(() => {
      const nowMicros = clock.nowMicros();
      const lateMicros = nowMicros - this.#last;
      if (lateMicros > STALL_MICROS) this.#stalled(nowMicros, lateMicros);
      this.#beforeLast = this.#last;
      this.#last = nowMicros;
    }, INTERVAL_MS).unref();
  }

  /**
   * Whatever is seen now happened after this moment. It is the beat before the last, for after a stall the event loop
   * runs its timers first and reads its sockets then. After a long one it takes many rounds of the event loop to accept the
   * connections that were opened meanwhile, and to read what was asked over them.
   */
  idleMicros(): number {
    return this.#last < this.#stall.feltToMicros ? this.#stall.fromMicros : this.#beforeLast;
  }

  /** One stall while another is felt: all of it may have been waiting since the first. */
  #stalled(nowMicros: number, lateMicros: number): void {
    const fromMicros = this.#last < this.#stall.feltToMicros ? this.#stall.fromMicros : this.#last;
    this.#stall = { fromMicros, feltToMicros: nowMicros + Math.min(lateMicros, MOST_TO_CATCH_UP_MICROS) };
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
