import type { Recorder } from '../recorder.ts';
import type { EventLoop } from './event-loop.ts';
import type { Gateway } from './gateway.ts';
import type { Plant } from './plant.ts';

const TRY_AGAIN_MICROS = 700_000;
/** Numbers of typed-in readings begin here, apart from those of the machines. */
const FIRST_TYPED_N = 1_000_000_000;

/** People at the gateway's panel: they type in what the machines cannot say, and try again until it is taken. */
export class People {
  /** Faults that keep the panel's reply from them, counted. */
  hearNothing = 0;
  repliesLost = 0;
  readonly #loop: EventLoop;
  readonly #recorder: Recorder;
  readonly #plant: Plant;
  readonly #gateway: Gateway;
  readonly #random: () => number;
  #typed = 0;

  constructor(loop: EventLoop, recorder: Recorder, plant: Plant, gateway: Gateway, random: () => number) {
    this.#loop = loop;
    this.#recorder = recorder;
    this.#plant = plant;
    this.#gateway = gateway;
    this.#random = random;
  }

  /** Somebody types something in about every `everyMicros`, until then. */
  typeUntil(untilMicros: number, everyMicros: number): void {
    this.#loop.after(everyMicros * (0.5 + this.#random()), () => {
      if (this.#loop.nowMicros > untilMicros) return;
      this.type();
      this.typeUntil(untilMicros, everyMicros);
    });
  }

  type(): void {
    const device = Math.floor(this.#random() * this.#plant.names.length);
    const n = FIRST_TYPED_N + ++this.#typed;
    const value = Math.round(this.#random() * 1000) / 8;
    this.#recorder.event({ kind: 'manual-entry', atMicros: this.#loop.nowMicros, device: this.#plant.names[device]!, n, value });
    this.#submit(device, n, value);
  }

  #submit(device: number, n: number, value: number): void {
    const gateway = this.#gateway;
    let answered = false;
    gateway.surroundings.life.run(() => {
      gateway.type({ kind: 'manual', key: `typed-${n}`, device, n, value, stamp: gateway.time.now() }, () => {
        if (this.hearNothing > 0) this.repliesLost++;
        else answered = true;
      });
    });
    this.#loop.after(TRY_AGAIN_MICROS, () => {
      if (!answered) this.#submit(device, n, value);
    });
  }
}
