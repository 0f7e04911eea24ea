import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** A reading as `brownout export --what readings --format ndjson` prints it. */
interface Reading {
  device: string;
  n: number;
  atMicros: number;
  value: number;
  handover: 'acknowledged' | 'indeterminate';
  uptimeMs: number;
  state: number;
  counter: number;
  alarms: number;
}

/** A row as the pipeline under test stored it. */
export type StoredRow = Omit<Reading, 'atMicros' | 'handover'>;

/** What of `result.counts` can be counted from the outside. */
export interface Counted {
  readings: number;
  acknowledged: number;
  delivered: number;
  lost: number;
  duplicate: number;
  altered: number;
  unknown: number;
}

/**
 * Counts readings and rows a second time, in the simplest way there is: no code of the judge, nor of the outlets, has a part in it.
 *
 * @param rows what the pipeline under test had stored when its outlet was read for the last time, in its own order
 * @param window readings that were made in it are judged
 */
export function countRows(readings: readonly Reading[], rows: readonly StoredRow[], window: { fromMicros: number; toMicros: number }): Counted {
  const rowsOf = Map.groupBy(rows, identity);
  const known = new Map(readings.map((reading) => [identity(reading), reading]));
  const judged = readings.filter(({ atMicros }) => atMicros >= window.fromMicros && atMicros <= window.toMicros);
  const acknowledged = judged.filter(({ handover }) => handover === 'acknowledged');
  const arrived = (reading: Reading) => rowsOf.has(identity(reading));
  const recognised = rows.filter((row) => known.has(identity(row)));
  return {
    readings: judged.length,
    acknowledged: acknowledged.length,
    delivered: judged.filter(arrived).length,
    lost: acknowledged.filter((reading) => !arrived(reading)).length,
    duplicate: recognised.length - new Set(recognised.map(identity)).size,
    altered: recognised.filter((row) => !isSame(row, known.get(identity(row))!)).length,
    unknown: rows.length - recognised.length,
  };
}

function identity({ device, n }: { device: string; n: number }): string {
  return `${device}/${n}`;
}

function isSame(row: StoredRow, reading: Reading): boolean {
  return Math.fround(row.value) === Math.fround(reading.value) && (['uptimeMs', 'state', 'counter', 'alarms'] as const).every((field) => row[field] === reading[field]);
}

/** The rows of a file of JSON lines; the last line may still be in the writing. */
export function rowsOfLines(file: string): StoredRow[] {
  return readFileSync(file, 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line));
}

/** The rows of the table `readings` of the stock Node-RED ingest. */
export function rowsOfDatabase(file: string): StoredRow[] {
  using db = new DatabaseSync(file, { readOnly: true });
  return db.prepare('SELECT device, n, value, uptimeMs, state, counter, alarms FROM readings ORDER BY id').all() as unknown as StoredRow[];
}

/** The judged window, as the record of a run has it. */
export function windowOf(historyFile: string): { fromMicros: number; toMicros: number } {
  using db = new DatabaseSync(historyFile, { readOnly: true });
  return JSON.parse(String(db.prepare("SELECT data FROM events WHERE kind = 'window'").get()!['data']));
}
