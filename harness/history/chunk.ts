import type { Column } from './columns.ts';

/**
 * A chunk: some rows of a stream, laid out as columns. One BLOB, little-endian:
 *
 *     u32   length of the header in bytes
 *     text  the header, JSON: [["device","u8"],["n","u16"],["atMicros","f64"], ...], padded with spaces
 *     then each column in the header's order, each beginning at a multiple of 8 bytes from the start of the BLOB
 *
 * A column is stored in the narrowest type that holds all its values exactly; the reader widens it again.
 */

const TYPES = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, f32: Float32Array, f64: Float64Array } as const;
type TypeName = keyof typeof TYPES;

if (new Uint8Array(new Uint16Array([1]).buffer)[0] !== 1) throw new Error('histories are little-endian; this machine is big-endian');

export function encodeChunk(columns: [string, Column][], fromRow: number, toRow: number): Uint8Array {
  const stored = columns.map(([name, column]) => {
    const slice = column.subarray(fromRow, toRow);
    return { name, slice, type: narrowestType(slice) };
  });
  const header = padded(JSON.stringify(stored.map(({ name, type }) => [name, type])));
  const rows = toRow - fromRow;
  const bytes = stored.reduce((end, { type }) => aligned(end + rows * TYPES[type].BYTES_PER_ELEMENT), 4 + header.length);

  const blob = new Uint8Array(bytes);
  new DataView(blob.buffer).setUint32(0, header.length, true);
  blob.set(header, 4);
  let offset = 4 + header.length;
  for (const { slice, type } of stored) {
    new TYPES[type](blob.buffer, offset, rows).set(slice);
    offset = aligned(offset + rows * TYPES[type].BYTES_PER_ELEMENT);
  }
  return blob;
}

/** The columns of a chunk, as views of the blob. Throws if the blob is not whole. */
export function decodeChunk(blob: Uint8Array, rows: number): [string, Column | Uint16Array][] {
  const bytes = blob.byteOffset % 8 === 0 ? blob : blob.slice();
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + headerLength))) as [string, TypeName][];
  let offset = 4 + headerLength;
  return header.map(([name, type]) => {
    const column = new TYPES[type](bytes.buffer as ArrayBuffer, bytes.byteOffset + offset, rows);
    offset = aligned(offset + column.byteLength);
    return [name, column];
  });
}

/** The narrowest type that gives every value back as it was, NaN and -0 included. */
function narrowestType(column: Column): TypeName {
  let largest = 0;
  let whole = true;
  let single = true;
  for (let i = 0; i < column.length && (whole || single); i++) {
    const value = column[i]!;
    if (whole && !(value >>> 0 === value && !Object.is(value, -0))) whole = false;
    if (value > largest) largest = value;
    if (single && Math.fround(value) !== value && value === value) single = false;
  }
  if (whole) return largest < 256 ? 'u8' : largest < 65_536 ? 'u16' : 'u32';
  return single ? 'f32' : 'f64';
}

function aligned(offset: number): number {
  return Math.ceil(offset / 8) * 8;
}

function padded(header: string): Uint8Array {
  const length = aligned(4 + header.length) - 4;
  return new TextEncoder().encode(header.padEnd(length));
}
