import type { History } from './history.ts';
import { MANUAL, UNCERTAIN } from './history.ts';
import { FIELDS } from './columns.ts';

export const EXPORTS = ['readings', 'deliveries', 'events'] as const;
export type ExportName = (typeof EXPORTS)[number];
export const FORMATS = ['csv', 'ndjson'] as const;
export type ExportFormat = (typeof FORMATS)[number];

type Cell = string | number | boolean | null;
type Row = Record<string, Cell>;

/** Rows of text are joined up to about this many characters before they are handed on. */
const PIECE_CHARACTERS = 1 << 16;

/**
 * One part of a history as text for anybody's tools, in pieces of some 64 KiB. Times are run microseconds.
 * CSV by RFC 4180, its first line names the columns, an empty cell is an absent value; NDJSON has one object a line, with
 * null for an absent value. Events have their own keys in NDJSON, and in CSV a column `data` that holds them as JSON.
 */
export function* exportText(history: History, what: ExportName, format: ExportFormat): Generator<string> {
  let piece = '';
  let first = true;
  for (const row of rowsOf[what](history, format)) {
    if (format === 'ndjson') piece += `${JSON.stringify(row)}\n`;
    else {
      if (first) piece += `${Object.keys(row).join(',')}\r\n`;
      piece += `${Object.values(row).map(csvCell).join(',')}\r\n`;
    }
    first = false;
    if (piece.length < PIECE_CHARACTERS) continue;
    yield piece;
    piece = '';
  }
  if (piece) yield piece;
}

const rowsOf: Record<ExportName, (history: History, format: ExportFormat) => Generator<object>> = {
  *readings({ devices, readings }) {
    for (let i = 0; i < readings.rows; i++) {
      const row: Row = {
        device: devices[readings.device[i]!]!,
        n: readings.n[i]!,
        atMicros: readings.atMicros[i]!,
        value: finite(readings.value[i]!),
        handover: readings.acknowledged[i] ? 'acknowledged' : 'indeterminate',
      };
      for (const field of FIELDS) if (readings[field]) row[field] = finite(readings[field][i]!);
      yield row;
    }
  },

  *deliveries({ devices, deliveries }) {
    for (let i = 0; i < deliveries.rows; i++) {
      const row: Row = {
        device: devices[deliveries.device[i]!]!,
        n: deliveries.n[i]!,
        value: finite(deliveries.value[i]!),
        stampMicros: finite(deliveries.stampMicros[i]!),
        seenAtMicros: deliveries.seenAtMicros[i]!,
        uncertain: (deliveries.flags[i]! & UNCERTAIN) !== 0,
        manual: (deliveries.flags[i]! & MANUAL) !== 0,
      };
      for (const field of FIELDS) if (deliveries[field]) row[field] = finite(deliveries[field][i]!);
      yield row;
    }
  },

  *events({ events }, format) {
    for (const event of events) {
      const { atMicros, kind, ...data } = event;
      yield format === 'csv' ? { atMicros, kind, data: JSON.stringify(data) } : event;
    }
  },
};

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function csvCell(value: Cell): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
