import type { Column } from './columns.ts';

/**
 * A chunk: some rows of a stream, laid out as columns. One BLOB, little-endian:
 *
 *     u32   length of the header in bytes
 *     text  the header, JSON: [["device","u16",0],["atMicros","u32",60000000],["value","f32",0], ...], padded with spaces
 *     then each column in the header's order, each beginning at a multiple of 8 bytes from the start of the BLOB
 *
 * A column is stored in the narrowest type that gives all its values back exactly. Whole numbers may be stored less the
 * number in the header, so that times need half their width; of a column of one number (type "same") nothing else is
 * stored.
 */

const TYPES = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, f32: Float32Array, f64: Float64Array } as const;
type Type = keyof typeof TYPES | 'same';

/** A column as it is stored: each value is `base` more than its place in `values`; all are `base` where there are none. */
export interface PackedColumn {
  name: string;
  type: Type;
  base: number;
  values?: InstanceType<(typeof TYPES)[keyof typeof TYPES]>;
}

if (new Uint8Array(new Uint16Array([1]).buffer)[0] !== 1) throw new Error('histories are little-endian; this machine is big-endian');

export function encodeChunk(columns: [string, Column][], fromRow: number, toRow: number): Uint8Array {
  const packed = columns.map(([name, column]) => pack(name, column.subarray(fromRow, toRow)));
  const header = padded(JSON.stringify(packed.map(({ name, type, base }) => [name, type, base])));
  const bytes = packed.reduce((end, { values }) => end + aligned(values?.byteLength ?? 0), 4 + header.length);

  const blob = new Uint8Array(bytes);
  new DataView(blob.buffer).setUint32(0, header.length, true);
  blob.set(header, 4);
  let offset = 4 + header.length;
  for (const { values } of packed) {
    if (!values) continue;
    blob.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
    offset += aligned(values.byteLength);
  }
  return blob;
}

/** The columns of a chunk, as views of the blob. Throws if the blob is not whole. */
export function decodeChunk(blob: Uint8Array, rows: number): PackedColumn[] {
  const bytes = blob.byteOffset % 8 === 0 ? blob : blob.slice();
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + headerLength))) as [string, Type, number][];
  let offset = 4 + headerLength;
  return header.map(([name, type, base]) => {
    if (type === 'same') return { name, type, base };
    const values = new TYPES[type](bytes.buffer as ArrayBuffer, bytes.byteOffset + offset, rows);
    offset += aligned(values.byteLength);
    return { name, type, base, values };
  });
}

/** Writes the values of a packed column into as many rows of a column. */
export function unpack({ base, values }: PackedColumn, into: Column): void {
  if (!values) into.fill(base);
  else if (base === 0) into.set(values);
  else for (let i = 0; i < values.length; i++) into[i] = base + values[i]!;
}

function pack(name: string, column: Column): PackedColumn {
  const { type, base } = narrowest(column);
  if (type === 'same') return { name, type, base };
  const values = base === 0 ? new TYPES[type](column) : new TYPES[type](column.length);
  if (base !== 0) for (let i = 0; i < column.length; i++) values[i] = column[i]! - base;
  return { name, type, base, values };
}

/** What gives every value back as it was, NaN and -0 included. */
function narrowest(column: Column): Pick<PackedColumn, 'type' | 'base'> {
  let smallest = Infinity;
  let largest = -Infinity;
  let whole = true;
  let single = true;
  for (let i = 0; i < column.length && (whole || single); i++) {
    const value = column[i]!;
    if (whole && !(Number.isSafeInteger(value) && !Object.is(value, -0))) whole = false;
    if (value < smallest) smallest = value;
    if (value > largest) largest = value;
    if (single && Math.fround(value) !== value && value === value) single = false;
  }
  if (!whole || largest - smallest > 0xffff_ffff) return { type: single ? 'f32' : 'f64', base: 0 };
  if (smallest === largest) return { type: 'same', base: smallest };
  const shifted = unsignedFor(largest - smallest);
  const isPlain = smallest >= 0 && largest <= 0xffff_ffff && unsignedFor(largest) === shifted;
  return { type: shifted, base: isPlain ? 0 : smallest };
}

function unsignedFor(largest: number): 'u8' | 'u16' | 'u32' {
  return largest <= 0xff ? 'u8' : largest <= 0xffff ? 'u16' : 'u32';
}

function aligned(offset: number): number {
  return Math.ceil(offset / 8) * 8;
}

function padded(header: string): Uint8Array {
  const length = aligned(4 + header.length) - 4;
  return new TextEncoder().encode(header.padEnd(length));
}
