import type { Recorder } from '../../simulator/recorder.ts';
import type { RunClock } from '../../simulator/run-clock.ts';

const BEAT_MS = 20;
/** Shorter ones are no news on a machine that does other things as well. */
const STALL_MICROS = 100_000;

/** Records whenever this process was not given its turn for a while, or was too busy to take it. */
export class HostWatch implements Disposable {
  readonly #timer: NodeJS.Timeout;

  constructor(clock: RunClock, recorder: Recorder) {
    let lastMicros = clock.nowMicros();
    this.#timer = setInterval(() => {
      const atMicros = clock.nowMicros();
      if (atMicros - lastMicros > STALL_MICROS) recorder.event({ kind: 'host-stall', atMicros, fromMicros: lastMicros });
      lastMicros = atMicros;
    }, BEAT_MS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
