import type { Delivery, HistoryEvent, Reading, Recorder } from '../../simulator/recorder.ts';
import { heldReadings } from '../../simulator/model/watch.ts';
import type { Parameters } from '../../simulator/model/parameters.ts';

/** Counts instead of recording: a prediction makes tens of millions of readings, and nobody looks at them one by one. */
export class Tally implements Recorder {
  readonly #parameters: Parameters;
  readonly #progress: (atMicros: number) => void;
  readonly #outage: { fromMicros: number; toMicros: number };
  /** By device: one bit for each n that is at the outlet. */
  readonly #delivered = new Map<string, Uint8Array>();
  /** When the first device made its readings, by n: the others make theirs in the same rounds. */
  #madeAtMicros = new Float64Array(1024);
  #first: string | undefined;
  #lastN = 0;
  acknowledged = 0;
  rows = 0;
  lastBacklogSeenMicros = -Infinity;
  firstLiveSeenMicros = Infinity;
  readonly series: { atMicros: number[]; held: number[] } = { atMicros: [], held: [] };
  readonly gaps: { fromMicros: number; toMicros: number; reason: string }[] = [];

  /** @param progress is told now and then how far virtual time has come. */
  constructor(parameters: Parameters, outage: { fromMicros: number; toMicros: number }, progress: (atMicros: number) => void = () => {}) {
    this.#parameters = parameters;
    this.#outage = outage;
    this.#progress = progress;
  }

  reading({ device, n, atMicros, handover }: Reading): void {
    if (handover === 'acknowledged') this.acknowledged++;
    this.#first ??= device;
    if (device !== this.#first) return;
    if (n >= this.#madeAtMicros.length) {
      const larger = new Float64Array(2 * n);
      larger.set(this.#madeAtMicros);
      this.#madeAtMicros = larger;
    }
    this.#madeAtMicros[n] = atMicros;
    this.#lastN = n;
  }

  delivery({ device, n, stampMicros, seenAtMicros, manual }: Delivery): void {
    if (manual) return;
    let bits = this.#delivered.get(device);
    if (!bits || n >>> 3 >= bits.length) {
      const larger = new Uint8Array(Math.max(1024, (n >>> 3) * 2));
      if (bits) larger.set(bits);
      this.#delivered.set(device, (bits = larger));
    }
    const bit = 1 << (n & 7);
    if ((bits[n >>> 3]! & bit) === 0) this.rows++;
    bits[n >>> 3]! |= bit;
    const { fromMicros, toMicros } = this.#outage;
    if (stampMicros >= toMicros) this.firstLiveSeenMicros = Math.min(this.firstLiveSeenMicros, seenAtMicros);
    else if (stampMicros >= fromMicros && seenAtMicros > toMicros) this.lastBacklogSeenMicros = Math.max(this.lastBacklogSeenMicros, seenAtMicros);
  }

  event(event: HistoryEvent): void {
    if (event.kind === 'gap') this.gaps.push({ fromMicros: event.fromMicros, toMicros: event.toMicros, reason: event.reason ?? '' });
    if (event.kind !== 'resource') return;
    this.#progress(event.atMicros);
    this.series.atMicros.push(event.atMicros);
    this.series.held.push(heldReadings(event, this.#parameters));
  }

  /** This number, if the reading that has it was made before the end of the outage. */
  madeInOutage(n: number | undefined): number | undefined {
    return n !== undefined && this.#madeAtMicros[n]! <= this.#outage.toMicros ? n : undefined;
  }

  /**
   * Acknowledged readings of the outage that never arrived: how many, and when the first and the last was made. Those from
   * `waitingFromN` on are still on their way.
   */
  lost(waitingFromN = Infinity): { readings: number; fromMicros: number; toMicros: number } {
    const bits = this.#first === undefined ? undefined : this.#delivered.get(this.#first);
    let rounds = 0;
    let [fromMicros, toMicros] = [Infinity, -Infinity];
    for (let n = 1; n < Math.min(this.#lastN, waitingFromN); n++) {
      const at = this.#madeAtMicros[n]!;
      if (at < this.#outage.fromMicros || at > this.#outage.toMicros || (bits && bits[n >>> 3]! & (1 << (n & 7)))) continue;
      rounds++;
      fromMicros = Math.min(fromMicros, at);
      toMicros = Math.max(toMicros, at);
    }
    return { readings: rounds * this.#parameters.machines, fromMicros, toMicros };
  }
}
