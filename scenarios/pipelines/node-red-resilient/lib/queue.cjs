// @ts-check
'use strict';
const { randomUUID } = require('node:crypto');
const { DatabaseSync } = require('node:sqlite');
const { gapBefore } = require('./gap.cjs');
const { InstantFinder } = require('./instant.cjs');
const { newTimeline } = require('./timeline.cjs');

/**
 * @typedef {import('./machines.cjs').Block & { machine: string, askedMicros: number, answeredMicros: number, trouble?: string | null }} Reading
 * @typedef {import('./timeline.cjs').Timeline} Timeline
 * @typedef {{ id: number, kind: 'reading' | 'gap', machine: string, boot: string, micros: number, errorMicros: number, body: any }} Entry
 *   A reading, or the gap that the reading of this instant ends; `body` holds what its kind adds.
 */

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS boots (number INTEGER PRIMARY KEY, boot TEXT NOT NULL UNIQUE, timeline TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS machines (
    machine TEXT PRIMARY KEY, boot TEXT NOT NULL, micros INTEGER NOT NULL, error INTEGER NOT NULL, uptimeMs INTEGER NOT NULL,
    session TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice, so a range of ids means the same for ever
    kind TEXT NOT NULL, machine TEXT NOT NULL, boot INTEGER NOT NULL, micros INTEGER NOT NULL, error INTEGER NOT NULL,
    body TEXT NOT NULL
  );
`;

/**
 * What was read and is not yet confirmed to be stored at the ingest: on disk before anything else happens to it.
 * Calls return when it is on disk (fsync), and throw where the disk refuses.
 */
class DurableQueue {
  /** @param {{ file: string, boot: string, wallOffsetMicros: number, gapAfterMicros: number, capacity?: number }} options */
  constructor({ file, boot, wallOffsetMicros, gapAfterMicros, capacity = Infinity }) {
    this.boot = boot;
    this.capacity = capacity;
    this.gapAfterMicros = gapAfterMicros;
    /** Tells this run of the process from the one before. */
    this.session = randomUUID();
    this.db = new DatabaseSync(file);
    try {
      this.db.exec(SCHEMA);
      const prepare = (/** @type {string} */ sql) => this.db.prepare(sql);
      this.sql = {
        last: prepare('SELECT * FROM machines'),
        setLast: prepare('INSERT OR REPLACE INTO machines VALUES (?, ?, ?, ?, ?, ?)'),
        push: prepare('INSERT INTO entries (kind, machine, boot, micros, error, body) VALUES (?, ?, ?, ?, ?, ?)'),
        read: prepare('SELECT * FROM entries WHERE id > ? AND id <= ? ORDER BY id LIMIT ?'),
        drop: prepare('DELETE FROM entries WHERE id BETWEEN ? AND ?'),
        ends: prepare('SELECT min(id) AS first, max(id) AS last, count(*) AS size FROM entries'),
        first: prepare('SELECT boot, micros FROM entries ORDER BY id LIMIT 1'),
        setTimeline: prepare('INSERT INTO boots (boot, timeline) VALUES (?, ?) ON CONFLICT (boot) DO UPDATE SET timeline = excluded.timeline RETURNING number'),
      };
      prepare("INSERT OR IGNORE INTO about VALUES ('queue', ?)").run(randomUUID());
      /** The name of this file's ids: a new file is a new queue. */
      this.id = String(prepare("SELECT value FROM about WHERE key = 'queue'").get()?.value);
      const ends = /** @type {any} */ (this.sql.ends.get());
      this.size = ends.size;
      this.newestId = ends.last ?? Number(prepare("SELECT seq FROM sqlite_sequence WHERE name = 'entries'").get()?.seq ?? 0);
      /** @type {Map<string, import('./gap.cjs').Last>} */
      this.last = new Map();
      /** @type {Map<string, InstanceType<typeof InstantFinder>>} */
      this.finders = new Map();
      for (const { machine, micros: atMicros, error: errorMicros, uptimeMs, ...row } of /** @type {any[]} */ (this.sql.last.all())) {
        this.last.set(machine, { boot: row.boot, atMicros, errorMicros, session: row.session });
        if (row.boot === boot) this.finders.set(machine, new InstantFinder({ atMicros, errorMicros, uptimeMs }));
      }
      /** @type {Map<string, Timeline>} */
      this.timelines = new Map();
      /** @type {Map<string, number>} */
      this.bootNumbers = new Map();
      for (const row of /** @type {any[]} */ (prepare('SELECT * FROM boots').all())) {
        this.bootNumbers.set(row.boot, row.number);
        this.timelines.set(row.boot, JSON.parse(row.timeline));
      }
      if (!this.timelines.has(boot)) this.saveTimeline(newTimeline(wallOffsetMicros));
    } catch (error) {
      this.db.close();
      throw error;
    }
  }

  /** True where the machines should not be asked for more; what is asked nevertheless is still taken. */
  get full() {
    return this.size >= this.capacity;
  }

  /** How monotonic times of this boot map to true time. @returns {Timeline} */
  get timeline() {
    return /** @type {Timeline} */ (this.timelines.get(this.boot));
  }

  /** Keeps what was learned about this boot's time. @param {Timeline} timeline */
  saveTimeline(timeline) {
    this.timelines.set(this.boot, timeline);
    const row = this.sql.setTimeline.get(this.boot, JSON.stringify(timeline));
    this.bootNumbers.set(this.boot, Number(row?.number));
  }

  /** When a machine made this reading. @param {Reading} reading */
  locate(reading) {
    const finder = this.finders.get(reading.machine) ?? new InstantFinder();
    this.finders.set(reading.machine, finder);
    return finder.locate(reading);
  }

  /**
   * Stores readings and the gaps that they end, in one transaction.
   * @param {Reading[]} readings
   */
  commit(readings) {
    const { boot, session, gapAfterMicros } = this;
    const bootNumber = /** @type {number} */ (this.bootNumbers.get(boot));
    const last = new Map(this.last);
    const [before, newest] = [this.size, this.newestId];
    const push = (/** @type {string} */ kind, /** @type {string} */ machine, /** @type {import('./instant.cjs').Instant} */ at, /** @type {unknown} */ body) => {
      this.newestId = Number(this.sql.push.run(kind, machine, bootNumber, at.atMicros, at.errorMicros, JSON.stringify(body)).lastInsertRowid);
      this.size += 1;
    };
    try {
      this.transaction(() => {
        for (const reading of readings) {
          const { machine, trouble, n, bits, uptimeMs, state, counter, alarms } = reading;
          const at = this.locate(reading);
          const gap = gapBefore(last.get(machine), { ...at, trouble }, { boot, session, gapAfterMicros });
          if (gap) push('gap', machine, at, gap);
          push('reading', machine, at, { n, bits, uptimeMs, state, counter, alarms });
          last.set(machine, { boot, ...at, session });
          this.sql.setLast.run(machine, boot, at.atMicros, at.errorMicros, uptimeMs, session);
        }
      });
      this.last = last;
    } catch (error) {
      [this.size, this.newestId] = [before, newest];
      throw error;
    }
  }

  /** Entries with `after < id <= upTo`, oldest first. @param {number} after @param {number} upTo @param {number} limit @returns {Entry[]} */
  read(after, upTo, limit) {
    const names = new Map([...this.bootNumbers].map(([boot, number]) => [number, boot]));
    return /** @type {any[]} */ (this.sql.read.all(after, upTo, limit)).map((row) => ({
      id: row.id, kind: row.kind, machine: row.machine, boot: /** @type {string} */ (names.get(row.boot)),
      micros: row.micros, errorMicros: row.error, body: JSON.parse(row.body),
    }));
  }

  /**
   * The ingest has stored every entry of this range, so it may go. This waits for the disk too, though nothing would be
   * lost if entries came back: what SQLite's log holds unsynced is gone when a later sync fails, and with it all that
   * stands behind it in the log, however well that was synced.
   * @param {number} first @param {number} last
   */
  confirm(first, last) {
    this.size -= Number(this.sql.drop.run(first, last).changes);
  }

  /** The oldest entry that is still here, in this boot's monotonic time: 0 if it is of an older boot, undefined if there is none. */
  oldestMicros() {
    const first = /** @type {any} */ (this.sql.first.get());
    if (!first) return undefined;
    return first.boot === this.bootNumbers.get(this.boot) ? Number(first.micros) : 0;
  }

  /** @param {() => void} work */
  transaction(work) {
    this.db.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.db.exec('COMMIT');
    } catch (error) {
      if (this.db.isTransaction) this.db.exec('ROLLBACK');
      throw error;
    }
  }

  close() {
    this.db.close();
  }
}

module.exports = { DurableQueue };
