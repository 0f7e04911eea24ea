import type { History } from '../history/history.ts';

/** Values of `Match.readingOf` for rows of the outlet that show no reading of the plant. */
export const UNKNOWN = -1;
export const TYPED_IN = -2;

/**
 * Which row of the outlet shows which reading. A reading is named by its row in `history.readings`. A number that no
 * reading has costs nothing, however large: readings are found by their place in their device, not by a table of numbers.
 */
export interface Match {
  /** Readings device by device, each device's in the order of n, which is also that of time. */
  order: Uint32Array;
  /** Device d's readings stand in `order` at first[d] up to, not including, first[d + 1]. */
  first: Uint32Array;
  /** Per reading, the row of the outlet that was seen first, or -1. */
  rowOf: Int32Array;
  /** Per row of the outlet, its reading, or UNKNOWN, or TYPED_IN. */
  readingOf: Int32Array;
}

/** @throws RangeError if the record contradicts itself: a device's readings are not in the order of n and of time. */
export function matchRows(history: History): Match {
  const grouped = groupByDevice(history);
  const readingOf = findReadings(history, grouped);
  const rowOf = new Int32Array(history.readings.rows).fill(-1);
  const { rows, seenAtMicros } = history.deliveries;
  for (let row = 0; row < rows; row++) {
    const reading = readingOf[row]!;
    if (reading < 0) continue;
    const earlier = rowOf[reading]!;
    if (earlier < 0 || seenAtMicros[row]! < seenAtMicros[earlier]!) rowOf[reading] = row;
  }
  return { ...grouped, rowOf, readingOf };
}

type Grouped = Pick<Match, 'order' | 'first'>;

function groupByDevice({ devices, readings }: History): Grouped {
  const { rows, device, n, atMicros } = readings;
  const first = new Uint32Array(devices.length + 1);
  for (let reading = 0; reading < rows; reading++) first[device[reading]! + 1]!++;
  for (let d = 0; d < devices.length; d++) first[d + 1]! += first[d]!;

  const order = new Uint32Array(rows);
  const next = first.slice();
  for (let reading = 0; reading < rows; reading++) {
    const d = device[reading]!;
    const place = next[d]!++;
    order[place] = reading;
    if (place === first[d]) continue;
    const previous = order[place - 1]!;
    if (n[reading]! <= n[previous]! || atMicros[reading]! < atMicros[previous]!) {
      throw new RangeError(`the record contradicts itself: ${devices[d]} made reading ${n[reading]} after reading ${n[previous]}`);
    }
  }
  return { order, first };
}

function findReadings(history: History, { order, first }: Grouped): Int32Array {
  const { rows, device, n } = history.deliveries;
  const truthN = history.readings.n;
  const typedIn = typedInEntries(history);
  const firstN = new Float64Array(history.devices.length);
  const hasHoles = new Uint8Array(history.devices.length);
  for (let d = 0; d < firstN.length; d++) {
    const from = first[d]!;
    const to = first[d + 1]!;
    if (from === to) continue;
    firstN[d] = truthN[order[from]!]!;
    if (truthN[order[to - 1]!]! - firstN[d]! !== to - from - 1) hasHoles[d] = 1;
  }

  const readingOf = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const d = device[row]!;
    const from = first[d]!;
    const to = first[d + 1]!;
    const place = hasHoles[d] ? search(truthN, order, from, to, n[row]!) : from + n[row]! - firstN[d]!;
    if (place >= from && place < to) readingOf[row] = order[place]!;
    else readingOf[row] = typedIn.get(d)?.has(n[row]!) ? TYPED_IN : UNKNOWN;
  }
  return readingOf;
}

/** The place in [low, high) of the reading with the number n; -1 if there is none. */
function search(truthN: Uint32Array, order: Uint32Array, low: number, high: number, n: number): number {
  while (low < high) {
    const middle = (low + high) >>> 1;
    const found = truthN[order[middle]!]!;
    if (found === n) return middle;
    if (found < n) low = middle + 1;
    else high = middle;
  }
  return -1;
}

/** Numbers that people typed in, by device index. */
function typedInEntries({ devices, events }: History): Map<number, Set<number>> {
  const entries = new Map<number, Set<number>>();
  for (const event of events) {
    if (event.kind !== 'manual-entry') continue;
    const device = devices.indexOf(event.device);
    const numbers = entries.get(device) ?? new Set();
    entries.set(device, numbers.add(event.n));
  }
  return entries;
}
