import { randomStream } from '../../simulator/random.ts';
import type { HistoryEvent } from '../../simulator/recorder.ts';
import { MANUAL, type History } from '../history/history.ts';
import { caseEvents, caseMeta, type Moments } from './judge-case-events.ts';

/** Machines of the case; each is read as often as the others. */
const DEVICES = 1000;
const PERIOD_MICROS = 1_000_000;
const TYPED_ENTRIES = 10;
/** Beyond all numbers of readings. */
const FIRST_TYPED_N = 2_000_000_000;

/**
 * A long run of many machines that puts every guarantee to the test: an outage whose backlog comes in three times as
 * fast as live data, a power cut, lost intervals with a declared gap each, single readings lost in silence, rows twice,
 * rows out of their place. The same for every judge: columns, in the order of the outlet.
 */
export function judgeCase(readings: number, seed: number): History {
  const random = randomStream(seed, 'judge case');
  const rounds = Math.floor(readings / DEVICES);
  const moments = momentsOf(rounds);
  const truth = allRead(rounds);
  const outlet = new Outlet(truth, Math.ceil(truth.rows * 1.02) + 1000);
  const lossLeft = new Int32Array(DEVICES);
  const lossFromMicros = new Float64Array(DEVICES);
  const gaps: HistoryEvent[] = [];
  const held: number[] = [];
  let sent = 0;
  // What is missing at the very end may still come, and DuckDB does not know that: nothing is missing there.
  const lossless = truth.rows - 100 * DEVICES;
  for (let reading = 0; reading < truth.rows; reading++) {
    const device = reading % DEVICES;
    const latched = truth.atMicros[reading]!;
    if (lossLeft[device]! > 0) {
      if (--lossLeft[device]! === 0) {
        gaps.push({ kind: 'gap', atMicros: latched + PERIOD_MICROS, device: name(device), fromMicros: lossFromMicros[device]!, toMicros: latched + PERIOD_MICROS });
      }
      continue;
    }
    const chance = reading < lossless ? random() : 0.5;
    if (chance < 0.0002) {
      lossLeft[device] = 1 + Math.floor(random() * 50);
      lossFromMicros[device] = latched - PERIOD_MICROS;
    } else if (chance < 0.0012) continue;
    else if (latched >= moments.cutOffMicros && latched < moments.healedMicros) held.push(reading);
    else {
      outlet.show(reading, latched + 50_000 + Math.round(chance * 100_000));
      if (chance > 0.99) outlet.show(reading, latched + 300_000);
      if (latched >= moments.healedMicros) for (let i = 0; i < 3 && sent < held.length; i++) outlet.show(held[sent++]!, latched + 60_000);
    }
  }
  outlet.displaceSome(random);
  const typed = Array.from({ length: TYPED_ENTRIES }, (_, i) => ({ kind: 'manual-entry' as const, atMicros: moments.cutOffMicros, device: name(0), n: FIRST_TYPED_N + i, value: i }));
  for (const { n, value } of typed) outlet.showTyped(n, value, moments.endMicros);
  return {
    meta: caseMeta(seed, truth.rows, moments, PERIOD_MICROS),
    devices: Array.from({ length: DEVICES }, (_, device) => name(device)),
    readings: truth,
    deliveries: outlet.deliveries(),
    events: caseEvents(moments, [...gaps, ...typed]),
  };
}

function momentsOf(rounds: number): Moments {
  const at = (share: number) => Math.round(rounds * share) * PERIOD_MICROS;
  return { cutOffMicros: at(0.2), healedMicros: at(0.21), powerCutMicros: at(0.1), endMicros: at(1) };
}

function name(device: number): string {
  return `machine-${device + 1}`;
}

function allRead(rounds: number): History['readings'] {
  const rows = rounds * DEVICES;
  return {
    rows,
    device: Uint32Array.from({ length: rows }, (_, i) => i % DEVICES),
    n: Uint32Array.from({ length: rows }, (_, i) => Math.floor(i / DEVICES) + 1),
    atMicros: Float64Array.from({ length: rows }, (_, i) => Math.floor(i / DEVICES) * PERIOD_MICROS + (i % DEVICES) * 100),
    value: Float32Array.from({ length: rows }, (_, i) => 50 + 10 * Math.sin(i / 977)),
    acknowledged: new Uint8Array(rows).fill(1),
  };
}

/** The rows of the outlet, in its order. */
class Outlet {
  #rows = 0;
  readonly #truth: History['readings'];
  readonly #columns: Record<'device' | 'n' | 'value' | 'stampMicros' | 'seenAtMicros' | 'flags', Uint8Array | Uint32Array | Float64Array>;

  constructor(truth: History['readings'], room: number) {
    this.#truth = truth;
    this.#columns = {
      device: new Uint32Array(room), n: new Uint32Array(room), value: new Float64Array(room),
      stampMicros: new Float64Array(room), seenAtMicros: new Float64Array(room), flags: new Uint8Array(room),
    };
  }

  show(reading: number, seenAtMicros: number): void {
    const { device, n, value, atMicros } = this.#truth;
    this.#add(device[reading]!, n[reading]!, value[reading]!, atMicros[reading]! + 2000, seenAtMicros, 0);
  }

  showTyped(n: number, value: number, atMicros: number): void {
    this.#add(0, n, value, atMicros, atMicros, MANUAL);
  }

  /** Swaps one row in a hundred with one up to three rounds behind it. */
  displaceSome(random: () => number): void {
    for (let swap = 0; swap < this.#rows / 100; swap++) {
      const from = Math.floor(random() * (this.#rows - 3 * DEVICES - 1));
      const to = from + 1 + Math.floor(random() * 3 * DEVICES);
      for (const column of Object.values(this.#columns)) [column[from], column[to]] = [column[to]!, column[from]!];
    }
  }

  deliveries(): History['deliveries'] {
    const cut = Object.entries(this.#columns).map(([column, values]) => [column, values.subarray(0, this.#rows)]);
    return { rows: this.#rows, ...Object.fromEntries(cut) };
  }

  #add(device: number, n: number, value: number, stampMicros: number, seenAtMicros: number, flags: number): void {
    const row = { device, n, value, stampMicros, seenAtMicros, flags };
    for (const column of Object.keys(row) as (keyof typeof row)[]) this.#columns[column][this.#rows] = row[column];
    this.#rows++;
  }
}
