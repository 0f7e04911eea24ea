import type { Delivery, Measurement, Reading } from '../../simulator/recorder.ts';
import { MANUAL, UNCERTAIN, type Column, type DeliveryColumns, type ReadingColumns } from './history.ts';

export type { Column };

/** Named columns of equal length; the optional ones are undefined until the first row carries their field. */
export interface Columns {
  rows: number;
  [column: string]: Column | number | undefined;
}

export const FIELDS = ['uptimeMs', 'state', 'counter', 'alarms'] as const;
export type Field = (typeof FIELDS)[number];

const WIDTHS = {
  readings: { device: Uint32Array, n: Uint32Array, atMicros: Float64Array, value: Float32Array, acknowledged: Uint8Array },
  deliveries: {
    device: Uint32Array, n: Uint32Array, value: Float64Array, stampMicros: Float64Array, seenAtMicros: Float64Array, flags: Uint8Array,
  },
} as const;

export type Stream = keyof typeof WIDTHS;
export interface StreamColumns {
  readings: ReadingColumns;
  deliveries: DeliveryColumns;
}

/** Zeroed columns for `rows` rows of a stream, without its optional fields. */
export function allocate<S extends Stream>(stream: S, rows: number): StreamColumns[S] {
  const columns: Columns = { rows };
  for (const [name, Width] of Object.entries(WIDTHS[stream])) columns[name] = new Width(rows);
  return columns as unknown as StreamColumns[S];
}

/** Columns of a stream that grow at their end. Nothing is allocated per row. */
export class GrowingColumns<S extends Stream> {
  rows = 0;
  #capacity: number;
  readonly #stream: S;
  #columns: StreamColumns[S];

  constructor(stream: S, capacity = 1024) {
    this.#stream = stream;
    this.#capacity = capacity;
    this.#columns = allocate(stream, capacity);
  }

  /** The columns with room for one more row, which the caller fills at index `rows` and then counts. */
  protected room(): StreamColumns[S] {
    if (this.rows === this.#capacity) this.#columns = this.#resized((this.#capacity *= 2));
    return this.#columns;
  }

  protected fillFields(row: Measurement): void {
    for (const field of FIELDS) {
      const value = row[field];
      if (value !== undefined) (this.#columns[field] ??= new Float64Array(this.#capacity).fill(NaN))[this.rows] = value;
      else if (this.#columns[field]) this.#columns[field][this.rows] = NaN;
    }
  }

  /** What was filled so far: views that stay valid until the next row. */
  view(): StreamColumns[S] {
    const view: Columns = { rows: this.rows };
    for (const [name, column] of columnsOf(this.#columns)) view[name] = column.subarray(0, this.rows);
    return view as unknown as StreamColumns[S];
  }

  clear(): void {
    this.rows = 0;
    for (const field of FIELDS) this.#columns[field] = undefined;
  }

  #resized(capacity: number): StreamColumns[S] {
    const larger = allocate(this.#stream, capacity) as unknown as Columns;
    for (const [name, column] of columnsOf(this.#columns)) {
      const target = (larger[name] ??= new Float64Array(capacity).fill(NaN)) as Column;
      target.set(column);
    }
    return larger as unknown as StreamColumns[S];
  }
}

export class GrowingReadings extends GrowingColumns<'readings'> {
  constructor(capacity?: number) {
    super('readings', capacity);
  }

  push(device: number, reading: Reading): void {
    const columns = this.room();
    const row = this.rows;
    columns.device[row] = device;
    columns.n[row] = reading.n;
    columns.atMicros[row] = reading.atMicros;
    columns.value[row] = reading.value;
    columns.acknowledged[row] = reading.handover === 'acknowledged' ? 1 : 0;
    this.fillFields(reading);
    this.rows++;
  }
}

export class GrowingDeliveries extends GrowingColumns<'deliveries'> {
  constructor(capacity?: number) {
    super('deliveries', capacity);
  }

  push(device: number, delivery: Delivery): void {
    const columns = this.room();
    const row = this.rows;
    columns.device[row] = device;
    columns.n[row] = delivery.n;
    columns.value[row] = delivery.value;
    columns.stampMicros[row] = delivery.stampMicros;
    columns.seenAtMicros[row] = delivery.seenAtMicros;
    columns.flags[row] = (delivery.uncertain ? UNCERTAIN : 0) | (delivery.manual ? MANUAL : 0);
    this.fillFields(delivery);
    this.rows++;
  }
}

/** The columns that are there, by name, in the order they are stored. */
export function columnsOf(columns: object): [string, Column][] {
  return Object.entries(columns).filter((entry): entry is [string, Column] => ArrayBuffer.isView(entry[1]));
}
