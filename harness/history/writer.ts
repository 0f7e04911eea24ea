import type { Recorder } from '../../simulator/recorder.ts';
import type { HistoryMeta, History } from './history.ts';
import { GrowingDeliveries, GrowingReadings } from './columns.ts';

/** Writes a history down while the run goes on. */
export interface HistoryWriter extends Recorder, AsyncDisposable {
  /** Puts everything recorded so far on its way to the disk, in one transaction. */
  flush(): void;
  /** Flushes, and leaves one self-contained file. Recording afterwards throws; closing again does nothing. */
  close(): Promise<void>;
}

export interface MemoryHistory extends HistoryWriter {
  /** What was recorded so far. Its columns stay valid until the next record. */
  history(): History;
}

/** A history without a file: same recorder, ends in a `History`. Fast enough for a model in virtual time. */
export function memoryHistory(meta: HistoryMeta): MemoryHistory {
  const batch = new Batch();
  const events: History['events'] = [];
  return {
    ...recorderInto(batch, events),
    history: () => ({ meta, devices: batch.devices, readings: batch.readings.view(), deliveries: batch.deliveries.view(), events }),
    flush() {},
    async close() {},
    async [Symbol.asyncDispose]() {},
  };
}

/** Rows not yet stored, and the names that their device indexes stand for. */
export class Batch {
  readonly devices: string[] = [];
  readonly readings = new GrowingReadings();
  readonly deliveries = new GrowingDeliveries();
  readonly #indexes = new Map<string, number>();

  indexOf(device: string): number {
    const known = this.#indexes.get(device);
    if (known !== undefined) return known;
    this.#indexes.set(device, this.devices.length);
    return this.devices.push(device) - 1;
  }
}

/** Keeps out what columns cannot hold: a reading's number is a u32. */
export function recorderInto(batch: Batch, events: History['events'], full: () => void = () => {}): Recorder {
  return {
    reading(reading) {
      if (reading.n >>> 0 !== reading.n) throw new RangeError(`${reading.device}: a reading's number is a u32, not ${reading.n}`);
      batch.readings.push(batch.indexOf(reading.device), reading);
      full();
    },
    delivery(delivery) {
      if (delivery.n >>> 0 === delivery.n) batch.deliveries.push(batch.indexOf(delivery.device), delivery);
      else events.push({ kind: 'unreadable-row', atMicros: delivery.seenAtMicros, row: JSON.stringify(delivery), why: `no reading has the number ${delivery.n}` });
      full();
    },
    event(event) {
      events.push(event);
    },
  };
}
