import type { Reading, Recorder } from '../recorder.ts';

/** A reading as the device latched it; whether the pipeline took it is not settled yet. */
export type LatchedReading = Omit<Reading, 'handover'>;

interface Entry {
  reading: LatchedReading;
  /** Its answer has arrived at a link, and what becomes of it there will settle it. */
  seen: boolean;
  handover?: Reading['handover'];
}

/** No answer takes this long from the device to the link; a reading that no link has seen by then went nowhere. */
const ANSWER_LIMIT_MICROS = 1_000_000;

/** The readings of all devices that are not recorded yet. Those of one device are recorded in the order of their numbers. */
export class Ledger {
  readonly #recorder: Recorder;
  readonly #pending = new Map<string, Map<number, Entry>>();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  latched(reading: LatchedReading): void {
    let entries = this.#pending.get(reading.device);
    if (!entries) this.#pending.set(reading.device, (entries = new Map()));
    entries.set(reading.n, { reading, seen: false });
    this.#record(entries, reading.atMicros - ANSWER_LIMIT_MICROS);
  }

  /** A link has the answer, and will settle the reading. Returns false if it is none of its: unknown, seen before or settled. */
  seen(device: string, n: number): boolean {
    const entry = this.#pending.get(device)?.get(n);
    if (!entry || entry.seen || entry.handover) return false;
    return (entry.seen = true);
  }

  /** The first word stands. */
  settle(device: string, n: number, handover: Reading['handover']): void {
    const entries = this.#pending.get(device);
    const entry = entries?.get(n);
    if (!entries || !entry) return;
    entry.handover ??= handover;
    this.#record(entries, -Infinity);
  }

  /** Settles all that is open as indeterminate. */
  close(): void {
    for (const entries of this.#pending.values()) {
      for (const entry of entries.values()) entry.handover ??= 'indeterminate';
      this.#record(entries, -Infinity);
    }
  }

  #record(entries: Map<number, Entry>, lostBeforeMicros: number): void {
    for (const [n, { reading, seen, handover }] of entries) {
      const lost = !seen && reading.atMicros < lostBeforeMicros;
      if (!handover && !lost) return;
      entries.delete(n);
      this.#recorder.reading({ ...reading, handover: handover ?? 'indeterminate' });
    }
  }
}
