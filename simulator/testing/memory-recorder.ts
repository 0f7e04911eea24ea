import type { Delivery, HistoryEvent, Reading, Recorder } from '../recorder.ts';

/** A recorder for tests that keeps everything in the order in which it was told. */
export class MemoryRecorder implements Recorder {
  readonly readings: Reading[] = [];
  readonly deliveries: Delivery[] = [];
  readonly events: HistoryEvent[] = [];

  reading(reading: Reading): void {
    this.readings.push(reading);
  }

  delivery(delivery: Delivery): void {
    this.deliveries.push(delivery);
  }

  event(event: HistoryEvent): void {
    this.events.push(event);
  }

  eventsOf<Kind extends HistoryEvent['kind']>(kind: Kind): Extract<HistoryEvent, { kind: Kind }>[] {
    return this.events.filter((event): event is Extract<HistoryEvent, { kind: Kind }> => event.kind === kind);
  }
}
