import type { RunClock } from '../run-clock.ts';
import { skewAt } from './skewable-clock.ts';
import type { Skew } from './skewable-clock.ts';

/** All that sets one clock off, as one skew: now, and at every moment before. */
export class Skews {
  readonly #clock: RunClock;
  readonly #imposed = new Set<Skew>();
  readonly #listeners = new Set<() => void>();
  #history: { fromMicros: number; total: Skew }[] = [];

  constructor(clock: RunClock) {
    this.#clock = clock;
  }

  impose(skew: Skew): void {
    this.#imposed.add(skew);
    this.#changed();
  }

  lift(skew: Skew): boolean {
    const lifted = this.#imposed.delete(skew);
    if (lifted) this.#changed();
    return lifted;
  }

  get total(): Skew {
    return this.#history.at(-1)?.total ?? RIGHT;
  }

  get offsetMicros(): number {
    return skewAt(this.total, this.#clock.nowMicros());
  }

  /** How far it was set off at this run time. */
  offsetAt(atMicros: number): number {
    return skewAt(this.#history.findLast(({ fromMicros }) => fromMicros <= atMicros)?.total ?? RIGHT, atMicros);
  }

  onBoot(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  booting(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Clocks that stand still do not run backwards when a second fault makes them stand still. */
  #changed(): void {
    const nowMicros = this.#clock.nowMicros();
    let offsetMicros = 0;
    let rate = 0;
    for (const skew of this.#imposed) {
      offsetMicros += skewAt(skew, nowMicros);
      rate += skew.rate;
    }
    this.#history.push({ fromMicros: nowMicros, total: { offsetMicros, rate: Math.max(-1, rate), sinceMicros: nowMicros } });
  }
}

const RIGHT: Skew = { offsetMicros: 0, rate: 0, sinceMicros: 0 };
