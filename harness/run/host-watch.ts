import type { Recorder } from '../../simulator/recorder.ts';
import type { RunClock } from '../../simulator/run-clock.ts';

const BEAT_MS = 20;
/** Shorter ones are no news on a machine that does other things as well, unless there are many of them. */
const STALL_MICROS = 100_000;
/** Lateness is added up over so long, and is news from this share on. */
const SUM_MICROS = 1_000_000;
const STARVED_SHARE = 0.25;
/** A wall clock that is off by less is told from a late reading of it by nobody. */
const STEP_MICROS = 50_000;
/** Between two readings of the monotonic clock this close, the wall clock was read at the same time. */
const SAME_TIME_MICROS = 2000;

/**
 * Records whenever this process was not given its turn for a while, or was too busy to take it: suspended by a signal, with a
 * container, or starved by others. A machine that sleeps stops the monotonic clock with everything that runs on it; that
 * shows as a step of the wall clock.
 */
export class HostWatch implements Disposable {
  readonly #clock: RunClock;
  readonly #recorder: Recorder;
  readonly #timer: NodeJS.Timeout;
  readonly #wallMicros: () => number;
  #lastMicros: number;
  #sum: { fromMicros: number; lateMicros: number };
  #offset: { atMicros: number; micros: number } | undefined;

  /** @param wallMicros the wall clock of this machine; a test brings its own */
  constructor(clock: RunClock, recorder: Recorder, wallMicros: () => number = () => Date.now() * 1000) {
    this.#clock = clock;
    this.#recorder = recorder;
    this.#wallMicros = wallMicros;
    this.#lastMicros = clock.nowMicros();
    this.#sum = { fromMicros: this.#lastMicros, lateMicros: 0 };
    this.#compareClocks();
    this.#timer = setInterval(() => this.#beat(), BEAT_MS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    const atMicros = this.#clock.nowMicros();
    const tookMicros = atMicros - this.#lastMicros;
    if (tookMicros > STALL_MICROS) {
      this.#endSum(this.#lastMicros);
      this.#recorder.event({ kind: 'host-stall', atMicros, fromMicros: this.#lastMicros });
      this.#sum = { fromMicros: atMicros, lateMicros: 0 };
    } else {
      this.#sum.lateMicros += Math.max(0, tookMicros - BEAT_MS * 1000);
      if (atMicros - this.#sum.fromMicros >= SUM_MICROS) this.#endSum(atMicros);
    }
    this.#lastMicros = atMicros;
    this.#compareClocks();
  }

  #endSum(atMicros: number): void {
    const { fromMicros, lateMicros } = this.#sum;
    if (lateMicros > (atMicros - fromMicros) * STARVED_SHARE) this.#recorder.event({ kind: 'host-starved', atMicros, fromMicros, lateMicros });
    this.#sum = { fromMicros: atMicros, lateMicros: 0 };
  }

  /** This process may lose its turn between the two clocks: such a look says nothing. */
  #compareClocks(): void {
    const beforeMicros = this.#clock.nowMicros();
    const wallMicros = this.#wallMicros();
    const atMicros = this.#clock.nowMicros();
    if (atMicros - beforeMicros > SAME_TIME_MICROS) return;
    const micros = wallMicros - atMicros;
    const known = this.#offset ?? { atMicros, micros };
    const stepMicros = micros - known.micros;
    const stepped = Math.abs(stepMicros) > STEP_MICROS;
    if (stepped) this.#recorder.event({ kind: 'host-clock-step', atMicros, fromMicros: known.atMicros, stepMicros });
    this.#offset = { atMicros, micros: stepped ? micros : known.micros };
  }
}
