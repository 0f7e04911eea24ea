import type { Delivery, HistoryEvent, Reading, Recorder } from '../../simulator/recorder.ts';

const keyOf = (device: string, n: number) => `${device}/${n}`;

/**
 * What was read and what has arrived so far: for progress, and to know when the drain is over.
 * It passes every record on to the history, and decides no verdict.
 */
export class Flow implements Recorder {
  readonly #history: Recorder;
  /** Acknowledged and not yet seen at the outlet, with the time they were latched. */
  readonly #outstanding = new Map<string, number>();
  /** Seen at the outlet before their handover was settled. */
  readonly #early = new Set<string>();
  readonly #devicesSeen = new Set<string>();
  #acknowledged = 0;
  #arrived = 0;
  #lastOldArrivalAtMicros = 0;

  constructor(history: Recorder) {
    this.#history = history;
  }

  reading(reading: Reading): void {
    this.#history.reading(reading);
    const arrivedAlready = this.#early.delete(keyOf(reading.device, reading.n));
    if (reading.handover !== 'acknowledged') return;
    this.#acknowledged++;
    if (!arrivedAlready) this.#outstanding.set(keyOf(reading.device, reading.n), reading.atMicros);
  }

  delivery(delivery: Delivery): void {
    this.#history.delivery(delivery);
  }

  event(event: HistoryEvent): void {
    this.#history.event(event);
  }

  /** Rows that were seen at the outlet for the first time. The history hears of them at the final read. */
  arrived(deliveries: readonly Delivery[], horizonMicros = Infinity): void {
    for (const { device, n, seenAtMicros } of deliveries) {
      this.#arrived++;
      this.#devicesSeen.add(device);
      const latchedAtMicros = this.#outstanding.get(keyOf(device, n));
      if (latchedAtMicros === undefined) this.#early.add(keyOf(device, n));
      else this.#outstanding.delete(keyOf(device, n));
      if (latchedAtMicros !== undefined && latchedAtMicros <= horizonMicros) this.#lastOldArrivalAtMicros = seenAtMicros;
    }
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  get arrivedRows(): number {
    return this.#arrived;
  }

  get backlog(): number {
    return this.#outstanding.size;
  }

  get devicesSeen(): ReadonlySet<string> {
    return this.#devicesSeen;
  }

  /** When a reading that was latched before the horizon last arrived. */
  get lastOldArrivalAtMicros(): number {
    return this.#lastOldArrivalAtMicros;
  }

  /** Acknowledged readings latched within this time that are not at the outlet yet. */
  outstandingIn({ fromMicros, toMicros }: { fromMicros: number; toMicros: number }): number {
    let count = 0;
    for (const atMicros of this.#outstanding.values()) if (atMicros >= fromMicros && atMicros <= toMicros) count++;
    return count;
  }
}
