import type { Recorder } from '../recorder.ts';
import type { EventLoop } from './event-loop.ts';
import type { Plant } from './plant.ts';

/** A machine sounds its own siren for an alarm that nobody took up within this time. */
const UNHEARD_AFTER_MICROS = 1_500_000;

/** Machines raise alarms now and then; their sirens are heard by whoever stands beside them. */
export class Alarms {
  readonly #loop: EventLoop;
  readonly #recorder: Recorder;
  readonly #plant: Plant;
  readonly #random: () => number;
  readonly #machinesSoundThem: boolean;
  readonly #heard = new Set<string>();
  #raised = 0;

  constructor(loop: EventLoop, recorder: Recorder, plant: Plant, random: () => number, machinesSoundThem: boolean) {
    this.#loop = loop;
    this.#recorder = recorder;
    this.#plant = plant;
    this.#random = random;
    this.#machinesSoundThem = machinesSoundThem;
  }

  /** Raises an alarm about every `everyMicros`, until then. */
  raiseUntil(untilMicros: number, everyMicros: number): void {
    this.#loop.after(everyMicros * (0.5 + this.#random()), () => {
      if (this.#loop.nowMicros > untilMicros) return;
      this.raise();
      this.raiseUntil(untilMicros, everyMicros);
    });
  }

  raise(): void {
    const alert = `alarm-${++this.#raised}`;
    const device = Math.floor(this.#random() * this.#plant.names.length);
    this.#recorder.event({ kind: 'alert-raised', atMicros: this.#loop.nowMicros, alert, device: this.#plant.names[device]!, critical: true });
    this.#plant.alarms.set(alert, device);
    if (this.#machinesSoundThem) this.#loop.after(UNHEARD_AFTER_MICROS, () => this.siren(alert));
    this.#loop.after(2 * UNHEARD_AFTER_MICROS, () => this.#plant.alarms.delete(alert));
  }

  siren(alert: string): void {
    if (this.#heard.has(alert)) return;
    this.#heard.add(alert);
    this.#recorder.event({ kind: 'alert-received', atMicros: this.#loop.nowMicros, alert, channel: 'siren' });
  }
}
