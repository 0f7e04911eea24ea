import type { Recorder } from '../recorder.ts';
import type { RunClock } from '../run-clock.ts';
import type { Signal } from './signal.ts';
import type { MachineStart } from './start.ts';

const CYCLE_MS = 20;
const CYCLES_PER_PIECE = 25;
/** How long a step of the production counter takes. */
export const MS_PER_PIECE = CYCLE_MS * CYCLES_PER_PIECE;
const UPTIME_WRAPS_MS = 2 ** 32;
const REPORT_MICROS = 1_000_000;

/** Above this signal the machine raises its alarm, in degrees Celsius. */
const ALARM_ABOVE = 70;
const ALARM_OVERHEATED = 1;
const STATE = { producing: 1, overheated: 2 } as const;

/**
 * What the machine does whether or not anybody reads it: it produces, watches its signal, and sounds its own siren.
 * Every second it records how regularly it could do so.
 */
export class ControlLoop {
  readonly #device: string;
  readonly #signal: Signal;
  readonly #clock: RunClock;
  readonly #recorder: Recorder;
  readonly #start: MachineStart;
  readonly #startedAtMicros: number;
  readonly #timer: NodeJS.Timeout;
  #cycles = 0;
  #alarms = 0;
  #second: { fromMicros: number; cycles: number; longestMicros: number };
  #lastMicros: number;
  /** Somebody asked for the siren by writing coil 0. */
  sirenRequested = false;

  constructor(device: string, start: MachineStart, signal: Signal, clock: RunClock, recorder: Recorder) {
    this.#device = device;
    this.#start = start;
    this.#signal = signal;
    this.#clock = clock;
    this.#recorder = recorder;
    this.#startedAtMicros = this.#lastMicros = clock.nowMicros();
    this.#second = { fromMicros: this.#lastMicros, cycles: 0, longestMicros: 0 };
    this.#timer = setInterval(() => this.#cycle(), CYCLE_MS);
  }

  get siren(): boolean {
    return this.sirenRequested || this.#alarms !== 0;
  }

  /** What the machine measures now. */
  measure(nowMicros: number): { value: number; uptimeMs: number; state: number; counter: number; alarms: number } {
    const uptimeMs = (this.#start.uptimeMs + Math.floor((nowMicros - this.#startedAtMicros) / 1000)) % UPTIME_WRAPS_MS;
    return {
      value: this.#signal(uptimeMs),
      uptimeMs,
      state: this.#alarms === 0 ? STATE.producing : STATE.overheated,
      counter: this.#start.counter + Math.floor(this.#cycles / CYCLES_PER_PIECE),
      alarms: this.#alarms,
    };
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #cycle(): void {
    const nowMicros = this.#clock.nowMicros();
    this.#cycles++;
    this.#alarms = this.measure(nowMicros).value > ALARM_ABOVE ? ALARM_OVERHEATED : 0;
    this.#second.cycles++;
    this.#second.longestMicros = Math.max(this.#second.longestMicros, nowMicros - this.#lastMicros);
    this.#lastMicros = nowMicros;
    if (nowMicros - this.#second.fromMicros >= REPORT_MICROS) this.#report(nowMicros);
  }

  #report(atMicros: number): void {
    const { cycles, longestMicros } = this.#second;
    this.#recorder.event({ atMicros, kind: 'cycle', device: this.#device, cycles, longestMicros });
    this.#second = { fromMicros: atMicros, cycles: 0, longestMicros: 0 };
  }
}
