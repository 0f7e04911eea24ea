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
  readonly #devicesRead = new Set<string>();
  #readings = 0;
  #acknowledged = 0;
  #arrived = 0;
  #lastOldArrivalAtMicros = 0;
  #lastHealMicros: number | undefined;
  /** By device: the first number read since the last failure ended, and the largest that has arrived. */
  readonly #firstNSinceHeal = new Map<string, number>();
  readonly #largestNArrived = new Map<string, number>();
  #faultsBegan = false;
  #usualBacklog = 0;
  #statedBacklog: number | undefined;
  #stoodStillMicros = 0;
  #wasLive = true;

  constructor(history: Recorder) {
    this.#history = history;
  }

  reading(reading: Reading): void {
    this.#history.reading(reading);
    this.#readings++;
    this.#devicesRead.add(reading.device);
    if (this.#lastHealMicros !== undefined && reading.atMicros > this.#lastHealMicros && !this.#firstNSinceHeal.has(reading.device)) {
      this.#firstNSinceHeal.set(reading.device, reading.n);
    }
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
    if (event.kind === 'fault') this.#hearOfFault(event.action, event.atMicros);
    if (event.kind === 'host-stall') this.#stoodStillMicros += event.atMicros - event.fromMicros;
    if (event.kind === 'host-starved') this.#stoodStillMicros += event.lateMicros;
    if (event.kind === 'health' && event.backlog !== undefined) {
      this.#statedBacklog = event.backlog;
      if (!this.#faultsBegan) this.#usualBacklog = Math.max(this.#usualBacklog, event.backlog);
    }
  }

  /** Rows that were seen at the outlet for the first time. The history hears of them at the final read. */
  arrived(deliveries: readonly Delivery[], horizonMicros = Infinity): void {
    for (const { device, n, seenAtMicros } of deliveries) {
      this.#arrived++;
      this.#devicesSeen.add(device);
      this.#largestNArrived.set(device, Math.max(n, this.#largestNArrived.get(device) ?? n));
      const latchedAtMicros = this.#outstanding.get(keyOf(device, n));
      if (latchedAtMicros === undefined) this.#early.add(keyOf(device, n));
      else this.#outstanding.delete(keyOf(device, n));
      if (latchedAtMicros !== undefined && latchedAtMicros <= horizonMicros) this.#lastOldArrivalAtMicros = seenAtMicros;
    }
    if (deliveries.length > 0 && !this.#wasLive && this.allLive) {
      this.#wasLive = true;
      this.#lastOldArrivalAtMicros = deliveries.at(-1)!.seenAtMicros; // what has just come back may bring more
    }
  }

  /** All that machines have handed over, acknowledged or not. */
  get readings(): number {
    return this.#readings;
  }

  get devicesRead(): ReadonlySet<string> {
    return this.#devicesRead;
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

  /** When a reading that was latched before the horizon last arrived, or the last device came back. */
  get lastOldArrivalAtMicros(): number {
    return this.#lastOldArrivalAtMicros;
  }

  /** When the last failure so far ended. */
  get lastHealMicros(): number | undefined {
    return this.#lastHealMicros;
  }

  /** Of every device seen so far, something that was read since the last failure ended has arrived. */
  get allLive(): boolean {
    return [...this.#devicesSeen].every((device) => this.#largestNArrived.get(device)! >= (this.#firstNSinceHeal.get(device) ?? Infinity));
  }

  /** By its last word, the pipeline has more on its way than it ever said before the first failure. */
  get saysItHolds(): boolean {
    return (this.#statedBacklog ?? 0) > this.#usualBacklog + this.#devicesSeen.size;
  }

  /** How long the harness stood still itself since the last failure ended, or was late. */
  get stoodStillMicros(): number {
    return this.#stoodStillMicros;
  }

  #hearOfFault(action: string, atMicros: number): void {
    if (action === 'applied') this.#faultsBegan = true;
    if (action !== 'healed' || atMicros <= (this.#lastHealMicros ?? -Infinity)) return;
    this.#lastHealMicros = atMicros;
    this.#firstNSinceHeal.clear();
    this.#stoodStillMicros = 0;
    this.#wasLive = false;
  }

  /** Acknowledged readings latched within this time that are not at the outlet yet. */
  outstandingIn({ fromMicros, toMicros }: { fromMicros: number; toMicros: number }): number {
    let count = 0;
    for (const atMicros of this.#outstanding.values()) if (atMicros >= fromMicros && atMicros <= toMicros) count++;
    return count;
  }
}
