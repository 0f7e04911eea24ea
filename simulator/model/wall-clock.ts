/** What a clock shows, given what it would have shown and the true time. */
export type Distortion = (shownMicros: number, trueMicros: number) => number;

/** A node's wall clock, in run time: a healthy one shows true time. Faults put distortions on it and take them off. */
export class WallClock {
  readonly #distortions = new Set<Distortion>();

  distort(distortion: Distortion): () => void {
    this.#distortions.add(distortion);
    return () => this.#distortions.delete(distortion);
  }

  read(trueMicros: number): number {
    let shown = trueMicros;
    for (const distortion of this.#distortions) shown = distortion(shown, trueMicros);
    return shown;
  }
}

export function jump(byMicros: number): Distortion {
  return (shown) => shown + byMicros;
}

/** `rate` 1.01 gains 10 ms in a second. */
export function drift(rate: number, sinceMicros: number): Distortion {
  return (shown, trueMicros) => shown + (trueMicros - sinceMicros) * (rate - 1);
}

/** Jumps there and back for ever. */
export function strobe(byMicros: number, everyMicros: number, sinceMicros: number): Distortion {
  return (shown, trueMicros) => (Math.floor((trueMicros - sinceMicros) / everyMicros) % 2 === 0 ? shown + byMicros : shown);
}

export function frozen(shownWhenFrozenMicros: number): Distortion {
  return () => shownWhenFrozenMicros;
}
