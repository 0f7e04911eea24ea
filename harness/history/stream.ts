import { DatabaseSync } from 'node:sqlite';
import { decodeChunk, roomFor, unpack, type Layout } from './chunk.ts';
import { allocate, type Column, type Columns, type Stream, type StreamColumns } from './columns.ts';
import { memory } from './memory.ts';
import { Checksums } from './store.ts';

/** All rows of a stream, and the CRC-32 of what they were read from. */
export interface StreamRead<S extends Stream> {
  columns: StreamColumns[S];
  crc32: number;
}

/** For a thread of its own: the readings of the history at `path`. Throws what SQLite and damage throw. */
export function readReadings(path: string): StreamRead<'readings'> {
  using db = new DatabaseSync(path, { readOnly: true });
  return readStream(db, 'readings', true);
}

/** @param isShared whether all threads are to see the columns. */
export function readStream<S extends Stream>(db: DatabaseSync, stream: S, isShared: boolean): StreamRead<S> {
  const checksums = new Checksums();
  const columns = roomForStream(db, stream, isShared);
  let row = 0;
  for (const chunk of db.prepare('SELECT rows, layouts, columns FROM chunks WHERE stream = ? ORDER BY id').iterate(stream)) {
    const [rows, layouts, blob] = [Number(chunk['rows']), String(chunk['layouts']), chunk['columns'] as Uint8Array];
    checksums.add(stream, rows, layouts, blob);
    decodeChunk(JSON.parse(layouts), blob, rows, (layout, values) => unpack(layout, values, (columns[layout.name] as Column).subarray(row, row + rows)));
    row += rows;
  }
  return { columns: columns as unknown as StreamColumns[S], crc32: checksums.of[stream] };
}

/** Columns for all rows of a stream, each as narrow as its chunks allow. */
function roomForStream(db: DatabaseSync, stream: Stream, isShared: boolean): Columns {
  const chunks = db.prepare('SELECT rows, layouts FROM chunks WHERE stream = ?').all(stream);
  const rows = chunks.reduce((sum, chunk) => sum + Number(chunk['rows']), 0);
  const columns: Columns = { ...allocate(stream, 0), rows };
  const byName = Map.groupBy(chunks.flatMap((chunk) => JSON.parse(String(chunk['layouts'])) as Layout[]), ({ name }) => name);
  for (const [name, layouts] of byName) {
    const isEverywhere = layouts.length === chunks.length;
    columns[name] = isEverywhere ? roomFor(layouts, rows, isShared) : new Float64Array(memory(rows * 8, isShared)).fill(NaN);
  }
  return columns;
}
