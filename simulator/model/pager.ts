import type { Recorder } from '../recorder.ts';
import type { EventLoop } from './event-loop.ts';

const RETRY_MICROS = 500_000;

/** The service that pages the people on call. It pages whatever it is given, as often as it is given it. */
export class Pager {
  /** Faults on it, counted. */
  down = 0;
  disturbed = 0;
  readonly #loop: EventLoop;
  readonly #recorder: Recorder;

  constructor(loop: EventLoop, recorder: Recorder) {
    this.#loop = loop;
    this.#recorder = recorder;
  }

  page(alert: string): void {
    if (this.down > 0) {
      this.disturbed++;
      this.#loop.after(RETRY_MICROS, () => this.page(alert));
      return;
    }
    this.#recorder.event({ kind: 'alert-received', atMicros: this.#loop.nowMicros, alert, channel: 'pager' });
  }
}
