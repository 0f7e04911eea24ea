import { createHash, type Hash } from 'node:crypto';
import { columnsOf, type Column } from './columns.ts';
import type { History } from './history.ts';

/** Rows that are hashed at a time. */
const BLOCK_ROWS = 16_384;

/**
 * SHA-256 of a whole record, in hex: of what it says, not of the bytes of the file. Everything counts (meta, devices,
 * readings, deliveries, events, each in its order), and nothing else does: not the file's name, its chunks, or how wide its columns are.
 *
 * Each part begins with its name and number of rows in a line of text. Meta, devices and events are JSON with sorted keys, a line
 * each; columns are 64-bit floats, little-endian, in blocks of 16,384 rows: of each block, column after column by name.
 */
export function digestOf({ meta, devices, readings, deliveries, events }: History): string {
  const hash = createHash('sha256');
  hashLines(hash, 'meta', [meta]);
  hashLines(hash, 'devices', devices);
  hashColumns(hash, 'readings', readings);
  hashColumns(hash, 'deliveries', deliveries);
  hashLines(hash, 'events', events);
  return hash.digest('hex');
}

function hashLines(hash: Hash, part: string, values: readonly unknown[]): void {
  hash.update(`${part} ${values.length}\n`);
  let text = '';
  for (const value of values) {
    text += `${JSON.stringify(sorted(value))}\n`;
    if (text.length < 65_536) continue;
    hash.update(text);
    text = '';
  }
  hash.update(text);
}

function hashColumns(hash: Hash, part: string, stream: { rows: number }): void {
  const columns = columnsOf(stream).toSorted(([a], [b]) => (a < b ? -1 : 1));
  hash.update(`${part} ${stream.rows} ${columns.map(([name]) => name).join(' ')}\n`);
  const block = new Float64Array(BLOCK_ROWS);
  for (let from = 0; from < stream.rows; from += BLOCK_ROWS) {
    const to = Math.min(from + BLOCK_ROWS, stream.rows);
    for (const [, column] of columns) hash.update(widened(column, from, to, block));
  }
}

/** Every NaN is the same one: what is in its spare bits is up to the machine. */
function widened(column: Column, from: number, to: number, block: Float64Array): Uint8Array {
  block.set(column.subarray(from, to));
  if (column instanceof Float32Array || column instanceof Float64Array) {
    for (let i = 0; i < to - from; i++) if (block[i] !== block[i]) block[i] = NaN;
  }
  return new Uint8Array(block.buffer, 0, (to - from) * 8);
}

/** The same value with the keys of all its objects in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, it]) => it !== undefined);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, it]) => [key, sorted(it)]));
}
