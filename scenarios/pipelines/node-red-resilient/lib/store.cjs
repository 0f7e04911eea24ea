// @ts-check
'use strict';
const { DatabaseSync } = require('node:sqlite');
const { floatOfBits } = require('./machines.cjs');
const { isReading, isGap } = require('./messages.cjs');

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS boots (number INTEGER PRIMARY KEY, boot TEXT NOT NULL UNIQUE);
  CREATE TABLE IF NOT EXISTS readings (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- grows with every row: the cursor of readers
    gateway TEXT NOT NULL, device TEXT NOT NULL, boot INTEGER NOT NULL, micros INTEGER NOT NULL,
    time INTEGER NOT NULL, uncertain INTEGER NOT NULL,
    n INTEGER NOT NULL, bits INTEGER NOT NULL, value REAL,
    uptimeMs INTEGER NOT NULL, state INTEGER NOT NULL, counter INTEGER NOT NULL, alarms INTEGER NOT NULL,
    UNIQUE (device, boot, micros)
  );
  CREATE TABLE IF NOT EXISTS gaps (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    gateway TEXT NOT NULL, device TEXT NOT NULL, boot INTEGER NOT NULL, micros INTEGER NOT NULL,
    fromTime INTEGER NOT NULL, toTime INTEGER NOT NULL, uncertain INTEGER NOT NULL, reason TEXT NOT NULL,
    UNIQUE (device, boot, micros)
  );
  CREATE TABLE IF NOT EXISTS rejected (id INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, why TEXT NOT NULL, start TEXT NOT NULL);
`;

/** Of what could not be understood, the last ones are kept for whoever looks for the cause. */
const REJECTED_KEPT = 1000;

/**
 * Where readings and gaps end up, each once. Calls return when it is on disk (fsync), and throw where the disk refuses.
 */
class Store {
  /** @param {string} file */
  constructor(file) {
    this.db = new DatabaseSync(file);
    try {
      this.db.exec(SCHEMA);
      const prepare = (/** @type {string} */ sql) => this.db.prepare(sql);
      this.sql = {
        boot: prepare('INSERT INTO boots (boot) VALUES (?) ON CONFLICT (boot) DO UPDATE SET boot = excluded.boot RETURNING number'),
        reading: prepare(`INSERT OR IGNORE INTO readings
          (gateway, device, boot, micros, time, uncertain, n, bits, value, uptimeMs, state, counter, alarms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
        gap: prepare(`INSERT OR IGNORE INTO gaps
          (gateway, device, boot, micros, fromTime, toTime, uncertain, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`),
        reject: prepare('INSERT INTO rejected (time, why, start) VALUES (?, ?, ?)'),
        forgetRejected: prepare('DELETE FROM rejected WHERE id <= (SELECT max(id) FROM rejected) - ?'),
        readings: prepare(`SELECT id, gateway, device, n, value, time, uncertain, uptimeMs, state, counter, alarms, bits
          FROM readings WHERE id > ? ORDER BY id LIMIT ?`),
        gaps: prepare(`SELECT id, gateway, device, fromTime AS "from", toTime AS "to", uncertain, reason
          FROM gaps WHERE id > ? ORDER BY id LIMIT ?`),
        lastGaps: prepare('SELECT device, fromTime AS "from", toTime AS "to", reason FROM gaps ORDER BY toTime DESC, device LIMIT ?'),
        rejected: prepare('SELECT count(*) AS count FROM rejected'),
      };
      /** @type {Map<string, number>} */
      this.bootNumbers = new Map();
    } catch (error) {
      this.db.close();
      throw error;
    }
  }

  /**
   * Stores a batch in one transaction; what is there already stays as it is. A row that makes no sense is set aside
   * and does not keep the others from being stored: it would be sent for ever.
   * @param {import('./messages.cjs').Batch} batch
   * @param {number} nowMicros by the wall clock
   * @returns {import('./messages.cjs').SentReading[]} the readings that made sense
   */
  commit({ gateway, readings, gaps }, nowMicros) {
    if (readings.length + gaps.length === 0) return [];
    const sound = readings.filter(isReading);
    this.db.exec('BEGIN IMMEDIATE');
    try {
      for (const it of sound) {
        const value = floatOfBits(it.bits);
        this.sql.reading.run(gateway, it.machine, this.bootNumber(it.boot), it.micros, it.time, Number(it.uncertain === true),
          it.n, it.bits, Number.isFinite(value) ? value : null, it.uptimeMs, it.state, it.counter, it.alarms);
      }
      for (const it of gaps.filter(isGap)) {
        this.sql.gap.run(gateway, it.machine, this.bootNumber(it.boot), it.micros, it.from, it.to, Number(it.uncertain === true), String(it.reason));
      }
      for (const it of readings) if (!isReading(it)) this.setAside('no reading', JSON.stringify(it), nowMicros);
      for (const it of gaps) if (!isGap(it)) this.setAside('no gap', JSON.stringify(it), nowMicros);
      this.db.exec('COMMIT');
      return sound;
    } catch (error) {
      this.bootNumbers.clear(); // numbers given in this transaction are void
      if (this.db.isTransaction) this.db.exec('ROLLBACK');
      throw error;
    }
  }

  /** @param {string} boot */
  bootNumber(boot) {
    let number = this.bootNumbers.get(boot);
    if (number === undefined) {
      number = Number(this.sql.boot.get(boot)?.number);
      this.bootNumbers.set(boot, number);
    }
    return number;
  }

  /** Keeps the start of something that could not be understood. @param {string} why @param {string} what @param {number} nowMicros */
  setAside(why, what, nowMicros) {
    this.sql.reject.run(nowMicros, why, what.slice(0, 500));
    this.sql.forgetRejected.run(REJECTED_KEPT);
  }

  /** The latest stored reading of each machine that was heard of lately, as if it had come long ago. @param {number} nowMs */
  newest(nowMs) {
    const rows = /** @type {any[]} */ (this.db.prepare(`SELECT device, max(time) AS time
      FROM (SELECT device, time FROM readings ORDER BY id DESC LIMIT 10000) GROUP BY device`).all());
    return Object.fromEntries(rows.map(({ device, time }) => [device, { time: Number(time), arrivedAtMs: nowMs - 60_000, sinceTime: Number(time) }]));
  }

  /** Rows with an id above `after`, in the order they were stored. @param {number} after @param {number} limit */
  readings(after, limit) {
    return this.sql.readings.all(after, limit).map((row) => ({ ...row, uncertain: row.uncertain === 1 }));
  }

  /** @param {number} after @param {number} limit */
  gaps(after, limit) {
    return this.sql.gaps.all(after, limit).map((row) => ({ ...row, uncertain: row.uncertain === 1 }));
  }

  /** The latest gaps, newest first. @param {number} limit */
  lastGaps(limit) {
    return /** @type {{ device: string, from: number, to: number, reason: string }[]} */ (/** @type {unknown} */ (this.sql.lastGaps.all(limit)));
  }

  rejectedCount() {
    return Number(this.sql.rejected.get()?.count);
  }

  close() {
    this.db.close();
  }
}

module.exports = { Store };
