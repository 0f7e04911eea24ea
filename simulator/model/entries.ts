/**
 * Readings travel as columns: those that one round of questions brought in, latched together and stamped together.
 * That is the unit in which a gateway commits, sends and is confirmed.
 */
export interface Batch {
  /** Device indexes. Shared between batches, never written to. */
  devices: Uint32Array;
  /** The devices' own numbers of these readings. */
  n: Uint32Array;
  values: Float32Array;
  /** By device index: when each booted, which is what its uptime tells. Shared between batches, never written to. */
  bootedAtMicros: Float64Array;
  /** Only for `uptimeMicros`: no part of the pipeline looks at true time. */
  latchedAtMicros: number;
}

/** What the device said its uptime was. */
export function uptimeMicros(batch: Batch, device: number): number {
  return batch.latchedAtMicros - batch.bootedAtMicros[device]!;
}

/**
 * A moment as the gateway knows it: microseconds of the monotonic clock of one of its boots. When that was by the
 * calendar is worked out when it is sent, as late as possible: the clock may have been put right since.
 * Boot 0 stands for the calendar itself.
 */
export interface Moment {
  boot: number;
  micros: number;
}

/** One thing in the gateway's outbox. `seq` is the message's identity, for ever. */
export type Entry = ReadingsEntry | GapEntry | ManualEntry | AlertEntry;

export interface ReadingsEntry {
  kind: 'readings';
  seq: number;
  batch: Batch;
  stamp: Moment;
  /** How far the stamp may be from the truth: half of the round trip. */
  errorMicros: number;
}

/** Nothing is known of this device (of all, if null) between these moments. */
export interface GapEntry {
  kind: 'gap';
  seq: number;
  device: number | null;
  from: Moment;
  to: Moment;
  reason: string;
}

/** What a person typed in at the panel; `key` makes typing it twice the same as once. */
export interface ManualEntry {
  kind: 'manual';
  seq: number;
  key: string;
  device: number;
  n: number;
  value: number;
  stamp: Moment;
}

/** A machine's alarm, on its way to the people who are on call. */
export interface AlertEntry {
  kind: 'alert';
  seq: number;
  alert: string;
  stamp: Moment;
}

/** An entry before it has its place in the outbox. */
export type NewEntry = New<ReadingsEntry> | New<GapEntry> | New<ManualEntry> | New<AlertEntry>;
export type New<E extends Entry> = Omit<E, 'seq'>;

/** Readings that an entry holds: what buffers are measured in. */
export function readingsIn(entry: Entry): number {
  return entry.kind === 'readings' ? entry.batch.n.length : 0;
}
