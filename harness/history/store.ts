import { crc32 } from 'node:zlib';

/** The layout of a history file: SQLite, rows for events, columns in chunks for readings and deliveries. */

/** "Brwn": what `file history.sqlite` shows, and how a history is told from any other database. */
export const APPLICATION_ID = 0x4272776e;
export const FORMAT = 1;
export const CHUNK_ROWS = 16_384;

export const TABLES = `
  CREATE TABLE meta (json TEXT NOT NULL);
  CREATE TABLE devices (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE events (id INTEGER PRIMARY KEY, at_us REAL NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL);
  CREATE TABLE chunks (id INTEGER PRIMARY KEY, stream TEXT NOT NULL, rows INTEGER NOT NULL, layouts TEXT NOT NULL, columns BLOB NOT NULL);
  CREATE TABLE checksums (part TEXT PRIMARY KEY, crc32 INTEGER NOT NULL) WITHOUT ROWID;
`;

export type Part = 'meta' | 'devices' | 'events' | 'readings' | 'deliveries';

/**
 * CRC-32 of each part: of all its rows one after the other, so that a row that is damaged, gone or out of its place
 * shows. SQLite itself notices no flipped bit.
 */
export class Checksums {
  readonly of: Record<Part, number>;

  constructor({ of }: Pick<Checksums, 'of'> = { of: { meta: 0, devices: 0, events: 0, readings: 0, deliveries: 0 } }) {
    this.of = { ...of };
  }

  add(part: Part, ...row: (string | number | Uint8Array)[]): void {
    for (const value of row) this.of[part] = crc32(typeof value === 'object' ? value : `${value} `, this.of[part]);
  }
}

export type HistoryProblem = 'exists' | 'missing' | 'not-a-history' | 'newer-format' | 'damaged' | 'unfinished';

/** A file that cannot be used as a history; the message says why and names the file. */
export class HistoryError extends Error {
  readonly problem: HistoryProblem;
  constructor(problem: HistoryProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HistoryError';
    this.problem = problem;
  }
}
