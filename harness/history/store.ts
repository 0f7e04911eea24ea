/** The layout of a history file: SQLite, rows for events, columns in chunks for readings and deliveries. */

/** "Brwn": what `file history.sqlite` shows, and how a history is told from any other database. */
export const APPLICATION_ID = 0x4272776e;
export const FORMAT = 1;
export const CHUNK_ROWS = 65_536;

export const TABLES = `
  CREATE TABLE meta (json TEXT NOT NULL);
  CREATE TABLE devices (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE events (id INTEGER PRIMARY KEY, at_us REAL NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL);
  CREATE TABLE chunks (id INTEGER PRIMARY KEY, stream TEXT NOT NULL, rows INTEGER NOT NULL, columns BLOB NOT NULL);
`;

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
