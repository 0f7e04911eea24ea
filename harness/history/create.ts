import { existsSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { HistoryEvent } from '../../simulator/recorder.ts';
import type { History, HistoryMeta } from './history.ts';
import { encodeChunk } from './chunk.ts';
import { columnsOf, type Stream } from './columns.ts';
import { APPLICATION_ID, Checksums, CHUNK_ROWS, FORMAT, HistoryError, TABLES } from './store.ts';
import { Batch, recorderInto, type HistoryWriter } from './writer.ts';

const FLUSH_EVERY_MS = 1000;

/**
 * Opens a new history at `path` and flushes what is recorded at least every second, so that a crash of the harness
 * loses at most that. WAL with synchronous=NORMAL: a flush never waits for the disk, since links are served by the same
 * event loop; a power cut of the harness's own machine may cost the last flushes, never the file.
 *
 * @throws HistoryError `exists` if there is a file already.
 */
export function createHistory(path: string, meta: HistoryMeta): HistoryWriter {
  const file = new HistoryFile(path, meta);
  const batch = new Batch();
  const events: HistoryEvent[] = [];
  let closed = false;

  const flush = () => {
    if (closed) throw new Error(`${path} is closed`);
    file.append(batch, events);
    batch.readings.clear();
    batch.deliveries.clear();
    events.length = 0;
  };
  const timer = setInterval(() => {
    try {
      flush();
    } catch {
      // Nothing was lost: the rows are still in the batch. The next flush tries again, and close() says if it fails too.
    }
  }, FLUSH_EVERY_MS).unref();
  const close = async () => {
    if (closed) return;
    clearInterval(timer);
    try {
      flush();
    } finally {
      closed = true;
      file.close();
    }
  };
  const recorder = recorderInto(batch, events, () => {
    if (batch.readings.rows + batch.deliveries.rows >= CHUNK_ROWS) flush();
  });
  return { ...recorder, flush, close, [Symbol.asyncDispose]: close };
}

/** Writes a whole history, such as the model's, to a new file. Throws like `createHistory`. */
export function saveHistory(path: string, history: History): void {
  const file = new HistoryFile(path, history.meta);
  try {
    file.append({ devices: history.devices, readings: { view: () => history.readings }, deliveries: { view: () => history.deliveries } }, history.events);
  } finally {
    file.close();
  }
}

/** Removes a history and what SQLite keeps beside it. */
export function removeHistory(path: string): void {
  for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(path + ending, { force: true });
}

interface Rows {
  devices: string[];
  readings: { view(): History['readings'] };
  deliveries: { view(): History['deliveries'] };
}

class HistoryFile {
  readonly #db: DatabaseSync;
  #checksums = new Checksums();
  #devicesStored = 0;

  constructor(path: string, meta: HistoryMeta) {
    if (existsSync(path)) throw new HistoryError('exists', `${path} is there already; a history is never overwritten`);
    this.#db = new DatabaseSync(path);
    try {
      this.#begin(meta);
    } catch (error) {
      this.#db.close();
      removeHistory(path);
      throw error;
    }
  }

  #begin(meta: HistoryMeta): void {
    this.#db.exec(`PRAGMA page_size=16384; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;
      PRAGMA application_id=${APPLICATION_ID}; PRAGMA user_version=${FORMAT}; ${TABLES}`);
    this.#inTransaction((checksums) => {
      const json = JSON.stringify(meta);
      this.#db.prepare('INSERT INTO meta (json) VALUES (?)').run(json);
      checksums.add('meta', json);
    });
  }

  append(rows: Rows, events: HistoryEvent[]): void {
    this.#inTransaction((checksums) => {
      this.#appendDevices(rows.devices, checksums);
      this.#appendChunks('readings', rows.readings.view(), checksums);
      this.#appendChunks('deliveries', rows.deliveries.view(), checksums);
      this.#appendEvents(events, checksums);
    });
    this.#devicesStored = rows.devices.length;
  }

  /** All of it is in the file, with the checksums that go with it, or nothing. */
  #inTransaction(write: (checksums: Checksums) => void): void {
    const checksums = new Checksums(this.#checksums);
    this.#db.exec('BEGIN');
    try {
      write(checksums);
      const put = this.#db.prepare('INSERT OR REPLACE INTO checksums (part, crc32) VALUES (?, ?)');
      for (const [part, crc32] of Object.entries(checksums.of)) put.run(part, crc32);
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
    this.#checksums = checksums;
  }

  #appendDevices(devices: string[], checksums: Checksums): void {
    const insert = this.#db.prepare('INSERT INTO devices (id, name) VALUES (?, ?)');
    for (let id = this.#devicesStored; id < devices.length; id++) {
      insert.run(id, devices[id]!);
      checksums.add('devices', devices[id]!);
    }
  }

  #appendChunks(stream: Stream, columns: History['readings'] | History['deliveries'], checksums: Checksums): void {
    const insert = this.#db.prepare('INSERT INTO chunks (stream, rows, layouts, columns) VALUES (?, ?, ?, ?)');
    for (let from = 0; from < columns.rows; from += CHUNK_ROWS) {
      const to = Math.min(from + CHUNK_ROWS, columns.rows);
      const { layouts, blob } = encodeChunk(columnsOf(columns), from, to);
      const json = JSON.stringify(layouts);
      insert.run(stream, to - from, json, blob);
      checksums.add(stream, to - from, json, blob);
    }
  }

  #appendEvents(events: HistoryEvent[], checksums: Checksums): void {
    const insert = this.#db.prepare('INSERT INTO events (at_us, kind, data) VALUES (?, ?, ?)');
    for (const { atMicros, kind, ...data } of events) {
      const json = JSON.stringify(data);
      insert.run(atMicros, kind, json);
      checksums.add('events', atMicros, kind, json);
    }
  }

  /** Leaves one file: no -wal, no -shm. */
  close(): void {
    try {
      this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=DELETE');
    } finally {
      this.#db.close();
    }
  }
}
