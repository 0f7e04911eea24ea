import type { Delivery, HistoryEvent } from '../../simulator/recorder.ts';
import type { RunClock } from '../../simulator/run-clock.ts';
import type { Pipeline } from '../../scenarios/schema/pipeline.ts';
import type { HarnessProblem } from '../problem.ts';
import { decodeGap, decodeHealth, decodeReading } from './decode.ts';
import { getJson } from './http.ts';
import { FINAL_READ_MS, HEALTH_BYTES, Limit, LOOK_MS, UNREADABLE_ROWS } from './limits.ts';
import { openSource } from './open-source.ts';
import { FROM_THE_START, isPaged, readPages } from './paging.ts';
import { partOf, partProblem, problemOf, safeText, shown, type Part } from './part.ts';
import type { Row, RowSource } from './rows.ts';
import type { GroupKeeper } from './sqlite-source.ts';

type Health = Extract<HistoryEvent, { kind: 'health' }>;
type Gap = Extract<HistoryEvent, { kind: 'gap' }>;

/** What the final read found at the outlet, in the outlet's own order. */
export interface FinalRead {
  deliveries: Delivery[];
  unreadable: { row: string; why: string }[];
  gaps: Gap[];
  health: Health | undefined;
  /** Why it is not known what the pipeline says about itself, although it offers that. */
  healthProblem: HarnessProblem | undefined;
}

/**
 * Reads what the pipeline delivered. While the run goes on it remembers when each row was first seen; the final read
 * starts from nothing, so that a row that vanished again does not count. Every read ends within its limits, or as soon
 * as its signal is aborted: then it rejects with the signal's reason, and with HarnessProblem for whatever else is wrong.
 */
export class Outlet implements AsyncDisposable {
  readonly #spec: Pipeline['outlet'];
  readonly #watermark: 'registers' | 'value';
  readonly #clock: RunClock;
  readonly #keeper: GroupKeeper | undefined;
  readonly #readings: Part;
  readonly #source: RowSource;
  readonly #seenAt = new Map<string, number>();
  /** How often each identity has come up so far in what the looks read; see `#key`. */
  readonly #occurrences = new Map<string, number>();
  #cursor = FROM_THE_START;
  /** Seen for the first time, and not handed out yet. */
  #fresh: Delivery[] = [];
  /** The first line that was no row, as long as no other was one either. */
  #noRow: HarnessProblem | undefined;
  #sawRow = false;

  /**
   * @param spec with every variable replaced but `${cursor}` and `${env.NAME}`
   * @param keeper ends the processes that read SQLite, should the harness be killed
   */
  constructor(spec: Pipeline['outlet'], watermark: 'registers' | 'value', clock: RunClock, keeper?: GroupKeeper) {
    this.#spec = spec;
    this.#watermark = watermark;
    this.#clock = clock;
    this.#keeper = keeper;
    this.#readings = partOf('outlet.readings', spec.readings);
    this.#source = openSource(spec.readings, this.#readings, keeper);
  }

  /** Where its readings are, for messages. */
  get description(): string {
    return safeText(this.#readings, this.#readings.at, 200);
  }

  /**
   * Rows that were not there at the last look, and what is wrong with the first row that cannot be understood. What a
   * look had found before it failed is handed out by the next one, with the time at which it was seen.
   */
  async look(signal?: AbortSignal): Promise<{ fresh: Delivery[]; problem: HarnessProblem | undefined }> {
    let problem: HarnessProblem | undefined;
    let torn: HarnessProblem | undefined;
    using limit = new Limit(LOOK_MS, signal);
    await this.#within(this.#readings, limit, () =>
      readPages(this.#paging(this.#source), this.#cursor, limit, {
        anew: () => {
          this.#occurrences.clear();
          this.#noRow = undefined;
        },
        torn: (text, why) => void (torn ??= tornLine(this.#readings, text, why)),
        row: (row) => {
          this.#sawRow = true;
          this.#noRow = undefined;
          const decoded = this.#decode(row, this.#clock.nowMicros());
          if ('problem' in decoded) problem ??= this.#badRow(decoded.problem);
          else this.#take(decoded.ok, this.#key(row, decoded.ok, this.#occurrences));
        },
      }, (cursor) => {
        this.#cursor = cursor;
      }),
    );
    // One line may be torn by a crash; where no line is a row, the file is another than was meant.
    if (!this.#sawRow) this.#noRow ??= torn;
    if (this.#noRow) throw this.#noRow;
    const fresh = this.#fresh;
    this.#fresh = [];
    return { fresh, problem: problem ?? torn };
  }

  get offersHealth(): boolean {
    return this.#spec.health !== undefined;
  }

  /** What the pipeline says about itself now; undefined if it offers nothing or does not answer as it should. */
  async health(signal?: AbortSignal): Promise<Health | undefined> {
    const { answer } = await this.#askHealth(signal);
    return answer && this.#decodeHealth(answer);
  }

  /** Everything at the outlet, read anew from the start by connections of its own. */
  async readAll(signal?: AbortSignal): Promise<FinalRead> {
    using limit = new Limit(FINAL_READ_MS, signal);
    const { deliveries, unreadable } = await this.#readReadings(limit);
    const gaps = await this.#readGaps(limit);
    const { answer, problem } = await this.#askHealth(signal);
    return { deliveries, unreadable, gaps, health: answer && this.#decodeHealth(answer), healthProblem: problem };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#source[Symbol.asyncDispose]();
  }

  async #askHealth(signal: AbortSignal | undefined): Promise<{ answer?: Row; problem?: HarnessProblem }> {
    const { health } = this.#spec;
    if (!health) return {};
    const part = partOf('outlet.health', health);
    using limit = new Limit(LOOK_MS, signal);
    try {
      const answer = await getJson(health, part, limit, HEALTH_BYTES);
      if (typeof answer === 'object' && answer !== null && !Array.isArray(answer)) return { answer: answer as Row };
      return { problem: partProblem(part, `answered ${shown(answer)}`, { expected: 'a JSON object' }) };
    } catch (error) {
      signal?.throwIfAborted();
      return { problem: problemOf(part, error, limit) as HarnessProblem };
    }
  }

  #decodeHealth(answer: Row): Health {
    const health = this.#spec.health!;
    const part = partOf('outlet.health', health);
    const decoded = decodeHealth(answer, health, this.#clock.nowMicros());
    if ('problem' in decoded) throw partProblem(part, decoded.problem, { hint: 'Check outlet.health in the pipeline file.' });
    return { ...decoded.ok, said: safeText(part, decoded.ok.said, 200) };
  }

  async #readReadings(limit: Limit): Promise<Pick<FinalRead, 'deliveries' | 'unreadable'>> {
    const part = this.#readings;
    const deliveries: Delivery[] = [];
    const unreadable = new UnreadableRows(part);
    const occurrences = new Map<string, number>();
    const nowMicros = this.#clock.nowMicros();
    await using source = openSource(this.#spec.readings, part, this.#keeper);
    await this.#within(part, limit, () =>
      readPages(this.#paging(source), FROM_THE_START, limit, {
        anew() {},
        torn: (text, why) => unreadable.add(text, why),
        row: (row) => {
          const decoded = this.#decode(row, nowMicros);
          if ('problem' in decoded) return unreadable.add(textOf(row), decoded.problem);
          decoded.ok.seenAtMicros = this.#seenAt.get(this.#key(row, decoded.ok, occurrences)) ?? nowMicros;
          deliveries.push(decoded.ok);
        },
      }, () => {}),
    );
    return { deliveries, unreadable: unreadable.all() };
  }

  async #readGaps(limit: Limit): Promise<Gap[]> {
    const spec = this.#spec.gaps;
    if (!spec) return [];
    const part = partOf('outlet.gaps', spec);
    const hint = 'Check outlet.gaps in the pipeline file.';
    const context = { wallAnchorMicros: this.#clock.wallAnchorMicros, atMicros: this.#clock.nowMicros() };
    const gaps: Gap[] = [];
    let torn: HarnessProblem | undefined;
    await using source = openSource(spec, part, this.#keeper);
    await this.#within(part, limit, () =>
      source.read(FROM_THE_START, limit, {
        anew() {},
        torn: (text, why) => void (torn ??= tornLine(part, text, why)),
        row(row) {
          limit.tookRow();
          const decoded = decodeGap(row, spec, context);
          if ('problem' in decoded) throw partProblem(part, decoded.problem, { hint });
          const { reason } = decoded.ok;
          gaps.push(reason === undefined ? decoded.ok : { ...decoded.ok, reason: safeText(part, reason, 500) });
        },
      }),
    );
    // One line that was torn declares nothing; where no line is a row, the file is another than was meant.
    if (torn && gaps.length === 0) throw torn;
    return gaps;
  }

  async #within(part: Part, limit: Limit, read: () => Promise<void>): Promise<void> {
    try {
      await read();
    } catch (error) {
      throw problemOf(part, error, limit);
    }
  }

  #paging(source: RowSource) {
    const { readings } = this.#spec;
    return { source, part: this.#readings, column: isPaged(readings) ? readings.cursor : undefined };
  }

  #take(delivery: Delivery, key: string): void {
    if (this.#seenAt.has(key)) return;
    this.#seenAt.set(key, delivery.seenAtMicros);
    this.#fresh.push(delivery);
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
    return partProblem(this.#readings, problem, { hint: 'Check outlet.readings.fields in the pipeline file.' });
  }
}

function tornLine(part: Part, text: string, why: string): HarnessProblem {
  return partProblem(part, `found ${shown(text)} (${why})`, { expected: 'one JSON object per line' });
}

function textOf(row: Row): string {
  try {
    return JSON.stringify(row);
  } catch {
    return shown(row); // nested too deeply
  }
}

/** Rows in which no reading can be recognised: the first of them, and how many more there are. */
class UnreadableRows {
  readonly #part: Part;
  readonly #rows: { row: string; why: string }[] = [];
  #more = 0;

  constructor(part: Part) {
    this.#part = part;
  }

  add(row: string, why: string): void {
    if (this.#rows.length >= UNREADABLE_ROWS) this.#more++;
    else this.#rows.push({ row: safeText(this.#part, row, 500), why: safeText(this.#part, why, 200) });
  }

  all(): { row: string; why: string }[] {
    return this.#more === 0 ? this.#rows : [...this.#rows, { row: '', why: `${this.#more} more rows cannot be read` }];
  }
}
