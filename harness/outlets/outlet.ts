import type { Delivery, HistoryEvent } from '../../simulator/recorder.ts';
import type { RunClock } from '../../simulator/run-clock.ts';
import type { Pipeline } from '../../scenarios/schema/pipeline.ts';
import { HarnessProblem } from '../problem.ts';
import { decodeGap, decodeHealth, decodeReading } from './decode.ts';
import { describeSource, isPaged, readObject, readRows, type Row } from './rows.ts';

type Health = Extract<HistoryEvent, { kind: 'health' }>;
type Gap = Extract<HistoryEvent, { kind: 'gap' }>;

/** What the final read found at the outlet, in the outlet's own order. */
export interface FinalRead {
  deliveries: Delivery[];
  unreadable: { row: string; why: string }[];
  gaps: Gap[];
  health: Health | undefined;
}

/** The first cursor: every row comes after it. */
const FROM_THE_START = '0';
/** A server that ignores the cursor would be read for ever. */
const MOST_PAGES = 100_000;

/**
 * Reads what the pipeline delivered. While the run goes on it remembers when each row was first seen; the final read
 * starts from nothing, so that a row that vanished again does not count.
 */
export class Outlet {
  readonly #spec: Pipeline['outlet'];
  readonly #watermark: 'registers' | 'value';
  readonly #clock: RunClock;
  readonly #seenAt = new Map<string, number>();
  #cursor = FROM_THE_START;

  /** @param spec with every variable but `${cursor}` replaced */
  constructor(spec: Pipeline['outlet'], watermark: 'registers' | 'value', clock: RunClock) {
    this.#spec = spec;
    this.#watermark = watermark;
    this.#clock = clock;
  }

  /**
   * Rows that were not there at the last look, and what is wrong with the first row that cannot be understood.
   * Throws HarnessProblem if the outlet cannot be read at all.
   */
  async look(): Promise<{ fresh: Delivery[]; problem: HarnessProblem | undefined }> {
    const fresh: Delivery[] = [];
    let problem: HarnessProblem | undefined;
    const occurrences = new Map<string, number>();
    const nowMicros = () => this.#clock.nowMicros();
    this.#cursor = await this.#eachPage(this.#cursor, (row) => {
      const decoded = this.#decode(row, nowMicros());
      if ('problem' in decoded) {
        problem ??= this.#badRow(decoded.problem);
        return;
      }
      const key = this.#key(row, decoded.ok, occurrences);
      if (this.#seenAt.has(key)) return;
      this.#seenAt.set(key, decoded.ok.seenAtMicros);
      fresh.push(decoded.ok);
    });
    return { fresh, problem };
  }

  /** What the pipeline says about itself now; undefined if it offers nothing or does not answer. */
  async health(): Promise<Health | undefined> {
    const { health } = this.#spec;
    if (!health) return undefined;
    const row = await readObject(health.url).catch(() => undefined);
    if (!row) return undefined;
    const decoded = decodeHealth(row, health, this.#clock.nowMicros());
    if ('problem' in decoded) throw new HarnessProblem(`outlet ${health.url}: ${decoded.problem}`, 'Check outlet.health in the pipeline file.');
    return decoded.ok;
  }

  /** Everything at the outlet, read anew from the start. */
  async readAll(): Promise<FinalRead> {
    const deliveries: Delivery[] = [];
    const unreadable: FinalRead['unreadable'] = [];
    const occurrences = new Map<string, number>();
    const nowMicros = this.#clock.nowMicros();
    await this.#eachPage(FROM_THE_START, (row) => {
      const decoded = this.#decode(row, nowMicros);
      if ('problem' in decoded) {
        unreadable.push({ row: JSON.stringify(row).slice(0, 500), why: decoded.problem });
        return;
      }
      decoded.ok.seenAtMicros = this.#seenAt.get(this.#key(row, decoded.ok, occurrences)) ?? nowMicros;
      deliveries.push(decoded.ok);
    });
    return { deliveries, unreadable, gaps: await this.#readGaps(), health: await this.health() };
  }

  async #readGaps(): Promise<Gap[]> {
    const { gaps } = this.#spec;
    if (!gaps) return [];
    const atMicros = this.#clock.nowMicros();
    const rows = await readRows(gaps, FROM_THE_START);
    return rows.map((row) => {
      const decoded = decodeGap(row, gaps, { wallAnchorMicros: this.#clock.wallAnchorMicros, atMicros });
      if ('problem' in decoded) throw new HarnessProblem(`outlet ${describeSource(gaps)}: ${decoded.problem}`, 'Check outlet.gaps in the pipeline file.');
      return decoded.ok;
    });
  }

  /** Calls back for each row after the cursor, page by page, and returns the last cursor. */
  async #eachPage(cursor: string, onRow: (row: Row) => void): Promise<string> {
    const { readings } = this.#spec;
    const paged = isPaged(readings) && readings.cursor !== undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const rows = await readRows(readings, cursor);
      for (const row of rows) onRow(row);
      const last = rows.at(-1);
      if (!paged || !last) return cursor;
      const next = String(last[readings.cursor!]);
      if (next === cursor || next === 'undefined') {
        throw new HarnessProblem(
          `outlet ${describeSource(readings)}: the cursor does not move on after ${cursor}`,
          `outlet.readings.cursor is "${readings.cursor}"; rows have ${Object.keys(last).join(', ')}.`,
        );
      }
      cursor = next;
    }
    throw new HarnessProblem(`outlet ${describeSource(readings)}: still not at its end after ${MOST_PAGES} pages`);
  }

  #decode(row: Row, seenAtMicros: number) {
    return decodeReading(row, this.#spec.readings, {
      watermark: this.#watermark,
      wallAnchorMicros: this.#clock.wallAnchorMicros,
      seenAtMicros,
    });
  }

  /** The same row gets the same key at every look: by its cursor, or by its identity and its place among equals. */
  #key(row: Row, delivery: Delivery, occurrences: Map<string, number>): string {
    const { cursor } = this.#spec.readings;
    if (cursor) return String(row[cursor]);
    const identity = `${delivery.device}/${delivery.n}`;
    const nth = (occurrences.get(identity) ?? 0) + 1;
    occurrences.set(identity, nth);
    return `${identity}#${nth}`;
  }

  #badRow(problem: string): HarnessProblem {
    return new HarnessProblem(
      `outlet ${describeSource(this.#spec.readings)}: ${problem}`,
      'Check outlet.readings.fields in the pipeline file.',
    );
  }
}
