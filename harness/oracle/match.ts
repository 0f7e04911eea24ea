import type { History } from '../history/history.ts';
import { isShared, memory } from '../history/memory.ts';
import { inBlocks } from './in-blocks.ts';

/** In `Match`: no row, or no reading. */
export const NONE = -1;

/**
 * Which row of the outlet shows which reading. A reading is named by its row in `history.readings`. A number that no
 * reading has costs nothing, however large: readings are found by their place in their device, not by a table of numbers.
 */
export interface Match extends Pairs {
  /** Readings device by device, each device's in the order of n, which is also that of time. */
  order: Uint32Array;
  /** Rows whose reading another row showed first. */
  repeats: number[];
  /** Rows that show what a person typed in. */
  typedIn: number[];
  /** Rows that show nothing that the plant ever made. */
  unknown: number[];
}

export interface Pairs {
  /** Device d's readings stand in `Match.order` at first[d] up to, not including, first[d + 1]. */
  first: Uint32Array;
  /** Per reading, the row of the outlet that was seen first, or NONE. */
  rowOf: Int32Array;
  /** Per row of the outlet, its reading, or NONE. */
  readingOf: Int32Array;
}

export function matchRows(history: History): Match {
  const { order, first } = groupByDevice(history);
  return { order, first, ...pairRows(history, order, first) };
}

function groupByDevice({ devices, readings: { rows, device } }: History): Pick<Match, 'order' | 'first'> {
  const first = new Uint32Array(devices.length + 1);
  inBlocks(rows, (from, to) => {
    for (let reading = from; reading < to; reading++) first[device[reading]! + 1]!++;
  });
  for (let d = 0; d < devices.length; d++) first[d + 1]! += first[d]!;
  const order = new Uint32Array(rows);
  const next = first.slice();
  inBlocks(rows, (from, to) => {
    for (let reading = from; reading < to; reading++) order[next[device[reading]!]!++] = reading;
  });
  return { order, first };
}

/** One walk over all rows. Of several that show a reading the one that was seen first counts, of several seen at once the first. */
function pairRows(history: History, order: Uint32Array, first: Uint32Array): Omit<Match, 'order' | 'first'> {
  const { rows, device, n, seenAtMicros } = history.deliveries;
  const { shift, end } = denseDevices(history, order, first);
  const searchReading = searchIn(history, order, first);
  const isTypedIn = typedInEntries(history);
  const none = NONE;
  const readingOf = new Int32Array(memory(rows * 4, isShared(history)));
  const rowOf = new Int32Array(memory(history.readings.rows * 4, isShared(history))).fill(none);
  const [repeats, typedIn, unknown]: [number[], number[], number[]] = [[], [], []];
  inBlocks(rows, (from, to) => {
    for (let row = from; row < to; row++) {
      const d = device[row]!;
      const place = (n[row]! + shift[d]!) >>> 0;
      const reading = place >= first[d]! && place < end[d]! ? order[place]! : searchReading(d, n[row]!);
      readingOf[row] = reading;
      if (reading === none) {
        (isTypedIn(d, n[row]!) ? typedIn : unknown).push(row);
        continue;
      }
      const other = rowOf[reading]!;
      const isFirst = other < 0 || seenAtMicros[row]! < seenAtMicros[other]!;
      if (isFirst) rowOf[reading] = row;
      if (other >= 0) repeats.push(isFirst ? other : row);
    }
  });
  return { rowOf, readingOf, repeats, typedIn, unknown };
}

/**
 * A device whose numbers have no hole, which is the rule, needs no search: its reading n stands at `shift` + n (which
 * wraps round at 2^32), from first[d] up to, not including, `end`. Nothing stands there for the others.
 */
function denseDevices({ devices, readings: { n } }: History, order: Uint32Array, first: Uint32Array): { shift: Uint32Array; end: Uint32Array } {
  const shift = new Uint32Array(devices.length);
  const end = first.slice(0, -1);
  for (let d = 0; d < devices.length; d++) {
    const [from, to] = [first[d]!, first[d + 1]!];
    if (from === to) continue;
    const [firstN, lastN] = [n[order[from]!]!, n[order[to - 1]!]!];
    shift[d] = from - firstN;
    if (lastN - firstN === to - 1 - from) end[d] = to;
  }
  return { shift, end };
}

/** Finds the reading with a number, or NONE. */
function searchIn({ readings }: History, order: Uint32Array, first: Uint32Array): (device: number, n: number) => number {
  return (device, n) => {
    let low = first[device]!;
    let high = first[device + 1]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const found = readings.n[order[middle]!]!;
      if (found === n) return order[middle]!;
      if (found < n) low = middle + 1;
      else high = middle;
    }
    return NONE;
  };
}

/** Whether a person typed in a record with this device index and number. */
function typedInEntries({ devices, events }: History): (device: number, n: number) => boolean {
  const entries = new Set(events.flatMap((event) => (event.kind === 'manual-entry' ? `${devices.indexOf(event.device)} ${event.n}` : [])));
  return (device, n) => entries.has(`${device} ${n}`);
}
