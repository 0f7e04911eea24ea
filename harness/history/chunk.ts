import type { Column } from './columns.ts';
import { memory } from './memory.ts';

/**
 * A chunk: some rows of a stream, laid out as columns. It is a BLOB of the columns one after the other, little-endian,
 * each beginning at a multiple of 8 bytes, and beside it their layouts as JSON in the same order.
 *
 * A column is stored in the narrowest type that gives all its values back exactly. Whole numbers beyond
 * a u32, such as times, are stored less a `base` and need half their width; of a column of one number (type "same")
 * nothing else is stored.
 */
export interface Layout {
  name: string;
  type: Type | 'same';
  base: number;
}

const TYPES = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, f32: Float32Array, f64: Float64Array } as const;
type Type = keyof typeof TYPES;
const MOST = { same: 0, u8: 0xff, u16: 0xffff, u32: 0xffff_ffff } as const;

if (new Uint8Array(new Uint16Array([1]).buffer)[0] !== 1) throw new Error('histories are little-endian; this machine is big-endian');

export function encodeChunk(columns: [string, Column][], fromRow: number, toRow: number): { layouts: Layout[]; blob: Uint8Array } {
  const packed = columns.map(([name, column]) => pack(name, column.subarray(fromRow, toRow)));
  const blob = new Uint8Array(packed.reduce((bytes, { values }) => bytes + aligned(values.byteLength), 0));
  let offset = 0;
  for (const { values } of packed) {
    blob.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
    offset += aligned(values.byteLength);
  }
  return { layouts: packed.map(({ layout }) => layout), blob };
}

/** Calls `found` with the values of each column, as they are stored. Throws if the blob is not whole. */
export function decodeChunk(layouts: Layout[], blob: Uint8Array, rows: number, found: (layout: Layout, values: Column) => void): void {
  const { buffer, byteOffset } = blob.byteOffset % 8 === 0 ? blob : blob.slice();
  let offset = byteOffset;
  for (const layout of layouts) {
    const values = layout.type === 'same' ? new Uint8Array() : new TYPES[layout.type](buffer as ArrayBuffer, offset, rows);
    found(layout, values);
    offset += aligned(values.byteLength);
  }
}

/** Writes the values of a column as they were into as many rows of another. */
export function unpack({ type, base }: Layout, values: Column, into: Column): void {
  if (type === 'same') into.fill(base);
  else {
    into.set(values);
    if (base !== 0) addToAll(into, base);
  }
}

function addToAll(column: Column, number: number): void {
  const { length } = column;
  for (let i = 0; i < length; i++) column[i]! += number;
}

/** Zeroed rows for all that is stored under these layouts, as narrow as may be. */
export function roomFor(layouts: Layout[], rows: number, isShared: boolean): Column {
  const types = new Set(layouts.map(({ type, base }) => (type === 'f32' || type === 'f64' ? type : wholeType(base, base + MOST[type]))));
  const widest = (['f64', 'u32', 'u16', 'u8'] as const).find((type) => types.has(type)) ?? 'f32';
  const isMixed = types.has('f32') && types.size > 1;
  const Type = TYPES[isMixed ? 'f64' : widest];
  return new Type(memory(rows * Type.BYTES_PER_ELEMENT, isShared) as ArrayBuffer);
}

function pack(name: string, column: Column): { layout: Layout; values: Column } {
  const { type, base } = narrowest(column);
  const layout = { name, type, base };
  if (type === 'same') return { layout, values: new Uint8Array() };
  if (base === 0) return { layout, values: new TYPES[type](column) };
  const values = new TYPES[type](column.length);
  for (let i = 0; i < column.length; i++) values[i] = column[i]! - base;
  return { layout, values };
}

/** What gives every value back as it was, NaN and -0 included. */
function narrowest(column: Column): Pick<Layout, 'type' | 'base'> {
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
  if (!whole || largest - smallest > MOST.u32) return { type: single ? 'f32' : 'f64', base: 0 };
  if (smallest === largest) return { type: 'same', base: smallest };
  const plain = wholeType(smallest, largest);
  return plain === 'f64' ? { type: wholeType(0, largest - smallest), base: smallest } : { type: plain, base: 0 };
}

function wholeType(smallest: number, largest: number): Type {
  if (smallest < 0 || largest > MOST.u32) return 'f64';
  return largest <= MOST.u8 ? 'u8' : largest <= MOST.u16 ? 'u16' : 'u32';
}

function aligned(offset: number): number {
  return Math.ceil(offset / 8) * 8;
}
