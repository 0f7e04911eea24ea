/** Spans of time, merged and in order: [from, to, from, to, ...]. */
export type IntervalSet = number[];

/** Spans that touch, or that are at most `bridge` apart, become one. Spans that end before they begin are left out. */
export function mergeIntervals(spans: { fromMicros: number; toMicros: number }[], bridge = 0): IntervalSet {
  const merged: IntervalSet = [];
  const ordered = spans.filter((it) => it.fromMicros <= it.toMicros).toSorted((a, b) => a.fromMicros - b.fromMicros);
  for (const { fromMicros, toMicros } of ordered) {
    const last = merged.length - 1;
    if (last > 0 && fromMicros <= merged[last]! + bridge) merged[last] = Math.max(merged[last]!, toMicros);
    else merged.push(fromMicros, toMicros);
  }
  return merged;
}

/** True if one span of the set holds all of [from, to]; always true if `to` is before `from`. */
export function covers(set: IntervalSet, from: number, to: number): boolean {
  if (to < from) return true;
  const span = endingFrom(set, from);
  return span < set.length && set[span]! <= from && to <= set[span + 1]!;
}

/** True if any moment of [from, to] lies in the set. */
export function touches(set: IntervalSet, from: number, to: number): boolean {
  const span = endingFrom(set, from);
  return span < set.length && set[span]! <= to;
}

/** When the last span ended that was over before a moment; -Infinity if there is none. */
export function endBefore(set: IntervalSet, micros: number): number {
  return set[endingFrom(set, micros) - 1] ?? -Infinity;
}

/** Where the first span begins that ends at or after `from`: no other can hold or touch what begins there. */
function endingFrom(set: IntervalSet, from: number): number {
  let low = 0;
  let high = set.length / 2;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (set[2 * middle + 1]! < from) low = middle + 1;
    else high = middle;
  }
  return 2 * low;
}
