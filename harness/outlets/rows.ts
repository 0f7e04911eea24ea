import type { Limit } from './limits.ts';

/** One row of an outlet as it stands there: column or key -> value. */
export type Row = Record<string, unknown>;

/** Takes what a source reads, row by row in the order of the source. */
export interface RowTaker {
  /** What comes now begins at the start of the source, whatever has been read before. */
  anew(): void;
  row(row: Row): void;
  /** Something stands in the place of a row that is none: a line that was torn by a crash. */
  torn(text: string, why: string): void;
}

/** Where rows are read: a URL, a database, a file. Disposing of it frees what it holds. */
export interface RowSource extends AsyncDisposable {
  /**
   * Reads the rows after a cursor; a file goes on where it stopped. What was taken before it failed, stays taken.
   * Throws HarnessProblem if what is there cannot be read as rows, LimitReached, or the reason of the limit's signal.
   */
  read(cursor: string, limit: Limit, taker: RowTaker): Promise<void>;
}

/** Gives one line of JSON as a row, or as torn. */
export function takeLine(text: string, whole: boolean, taker: RowTaker): void {
  if (!whole) return taker.torn(text, 'the line is longer than 1 MB');
  const line = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (line.trim() === '') return;
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return taker.torn(line, 'no JSON');
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return taker.torn(line, 'no JSON object');
  taker.row(row as Row);
}
