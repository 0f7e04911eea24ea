import type { Recorder } from '../../simulator/recorder.ts';
import type { RunClock } from '../../simulator/run-clock.ts';
import type { Outlet } from '../outlets/outlet.ts';
import { HarnessProblem } from '../problem.ts';
import { LimitProblem } from '../outlets/part.ts';
import type { Flow } from './flow.ts';
import { recordLook } from './record-look.ts';
import { pause } from './wait.ts';

const LOOK_EVERY_MS = 100;
const ASK_HEALTH_EVERY_MS = 500;
/** What is too large or too slow is not asked for again at once: that would take the machine from the pipeline. */
const REST_MS = 1000;

/**
 * Looks at the outlet again and again while the run goes on, so that it is known when each row arrived, and records each look.
 * An outlet that does not answer is no error here: during a failure that may well be so.
 */
export class Watch implements AsyncDisposable {
  readonly #stop = new AbortController();
  readonly #loops: Promise<void>[];
  #horizonMicros = Infinity;
  /** Why the last look failed, or what was wrong with a row, or that none has ended yet; undefined if all is well. */
  lastProblem: Error | undefined;
  looks = 0;

  /** @param signal ends a look that is under way; one that ends in time is waited for. */
  constructor(outlet: Outlet, flow: Flow, recorder: Recorder, clock: RunClock, signal: AbortSignal) {
    this.lastProblem = new HarnessProblem(`outlet.readings (${outlet.description}): has not been read to its end a single time`);
    this.#loops = [
      this.#every(LOOK_EVERY_MS, async () => {
        const { fresh, problem } = await recordLook(() => outlet.look(signal), recorder, clock);
        flow.arrived(fresh, this.#horizonMicros);
        this.looks++;
        this.lastProblem = problem;
      }),
      this.#every(ASK_HEALTH_EVERY_MS, async () => {
        const fromMicros = clock.nowMicros();
        const health = await outlet.health(signal);
        if (!health && !outlet.offersHealth) return;
        if (health) recorder.event(health);
        recorder.event({ kind: 'look', atMicros: clock.nowMicros(), fromMicros, of: 'health', outcome: health ? 'ok' : 'failed' });
      }),
    ];
  }

  /** From now on only readings latched before this time are of interest to the drain. */
  set horizonMicros(horizonMicros: number) {
    this.#horizonMicros = horizonMicros;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops);
  }

  async #every(ms: number, step: () => Promise<void>): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const startMs = performance.now();
      let rest = 0;
      await step().catch((error: Error) => {
        this.lastProblem = error;
        if (error instanceof LimitProblem) rest = REST_MS;
      });
      await pause(Math.max(rest, ms - (performance.now() - startMs)), signal).catch(() => {});
    }
  }
}
