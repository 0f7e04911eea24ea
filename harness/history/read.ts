import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { HistoryEvent } from '../../simulator/recorder.ts';
import type { History, HistoryMeta } from './history.ts';
import { decodeChunk, roomFor, unpack, type Layout } from './chunk.ts';
import { allocate, type Column, type Columns, type Stream, type StreamColumns } from './columns.ts';
import { APPLICATION_ID, Checksums, FORMAT, HistoryError } from './store.ts';

/**
 * Reads a whole run into memory.
 *
 * @param options.unfinished read a run that never came to its end as well; judged, it is inconclusive.
 * @throws HistoryError `missing`, `not-a-history`, `newer-format`, `damaged` (cut short, overwritten, a flipped bit) or `unfinished`.
 */
export function readHistory(path: string, options: { unfinished?: boolean } = {}): History {
  if (!existsSync(path)) throw new HistoryError('missing', `there is no history at ${path}`);
  try {
    using file = openHistory(path);
    const checksums = new Checksums();
    const history = {
      meta: readMeta(file.db, checksums),
      devices: readDevices(file.db, checksums),
      readings: readStream(file.db, 'readings', checksums),
      deliveries: readStream(file.db, 'deliveries', checksums),
      events: readEvents(file.db, checksums),
    };
    verify(file.db, checksums);
    if (!options.unfinished && !isFinished(history)) {
      throw new HistoryError('unfinished', `${path} is the record of a run that never finished: it ended in phase ${lastPhase(history)}`);
    }
    return history;
  } catch (error) {
    if (error instanceof HistoryError) throw error;
    throw new HistoryError('damaged', `${path} is damaged: ${(error as Error).message}`, { cause: error });
  }
}

/** True if the run came to its judgement: there is a window to judge, and everything was read for the last time. */
export function isFinished(history: Pick<History, 'events'>): boolean {
  return history.events.some((event) => event.kind === 'window') && lastPhase(history) === 'judge';
}

export function lastPhase(history: Pick<History, 'events'>): string {
  const last = history.events.findLast((event) => event.kind === 'phase');
  return last?.kind === 'phase' ? last.phase : 'none';
}

function openHistory(path: string): { db: DatabaseSync } & Disposable {
  const db = new DatabaseSync(path, { readOnly: true });
  const pragma = (name: string) => Number(Object.values(db.prepare(`PRAGMA ${name}`).get()!)[0]);
  try {
    if (idOrNaN() !== APPLICATION_ID) throw new HistoryError('not-a-history', `${path} is not a history of Brownout`);
    const format = pragma('user_version');
    if (format > FORMAT) {
      throw new HistoryError('newer-format', `${path} has format ${format}, this Brownout reads up to ${FORMAT}: use a newer version`);
    }
    return { db, [Symbol.dispose]: () => db.close() };
  } catch (error) {
    db.close();
    throw error;
  }

  /** Not even a database: SQLite says so at the first look. */
  function idOrNaN(): number {
    try {
      return pragma('application_id');
    } catch {
      return NaN;
    }
  }
}

function verify(db: DatabaseSync, { of }: Checksums): void {
  const stored = new Map(db.prepare('SELECT part, crc32 FROM checksums').all().map((row) => [row['part'], row['crc32']]));
  for (const [part, crc32] of Object.entries(of)) {
    if (stored.get(part) !== crc32) throw new Error(`its ${part} are not those that were written`);
  }
}

function readMeta(db: DatabaseSync, checksums: Checksums): HistoryMeta {
  const json = String(db.prepare('SELECT json FROM meta').get()!['json']);
  checksums.add('meta', json);
  return JSON.parse(json);
}

function readDevices(db: DatabaseSync, checksums: Checksums): string[] {
  const names = db.prepare('SELECT name FROM devices ORDER BY id').all().map((row) => String(row['name']));
  checksums.add('devices', ...names);
  return names;
}

function readStream<S extends Stream>(db: DatabaseSync, stream: S, checksums: Checksums): StreamColumns[S] {
  const columns = roomForStream(db, stream);
  let row = 0;
  for (const chunk of db.prepare('SELECT rows, layouts, columns FROM chunks WHERE stream = ? ORDER BY id').iterate(stream)) {
    const [rows, layouts, blob] = [Number(chunk['rows']), String(chunk['layouts']), chunk['columns'] as Uint8Array];
    checksums.add(stream, rows, layouts, blob);
    decodeChunk(JSON.parse(layouts), blob, rows, (layout, values) => unpack(layout, values, (columns[layout.name] as Column).subarray(row, row + rows)));
    row += rows;
  }
  return columns as unknown as StreamColumns[S];
}

/** Columns for all rows of a stream, each as narrow as its chunks allow. */
function roomForStream(db: DatabaseSync, stream: Stream): Columns {
  const chunks = db.prepare('SELECT rows, layouts FROM chunks WHERE stream = ?').all(stream);
  const rows = chunks.reduce((sum, chunk) => sum + Number(chunk['rows']), 0);
  const columns: Columns = { ...allocate(stream, 0), rows };
  const byName = Map.groupBy(chunks.flatMap((chunk) => JSON.parse(String(chunk['layouts'])) as Layout[]), ({ name }) => name);
  for (const [name, layouts] of byName) {
    const isEverywhere = layouts.length === chunks.length;
    columns[name] = isEverywhere ? roomFor(layouts, rows) : new Float64Array(rows).fill(NaN);
  }
  return columns;
}

/** JSON has no infinity: the end of a gap that is still open comes back as what it was. */
function readEvents(db: DatabaseSync, checksums: Checksums): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  for (const row of db.prepare('SELECT at_us, kind, data FROM events ORDER BY id').iterate()) {
    const [atMicros, kind, data] = [Number(row['at_us']), String(row['kind']), String(row['data'])];
    checksums.add('events', atMicros, kind, data);
    const event = { kind, atMicros, ...JSON.parse(data) } as HistoryEvent;
    if (event.kind === 'gap') event.toMicros ??= Infinity;
    events.push(event);
  }
  return events;
}
