/** What is true of a reading, as bits: one byte each. */
export const IN_WINDOW = 1;
export const ACKNOWLEDGED = 2;
/** At the outlet at least once. */
export const DELIVERED = 4;
/** A reading with more than one row. */
export const DUPLICATE = 8;
/** A reading with a row that differs from it. */
export const ALTERED = 16;
/** By the pipeline's own time it comes after a reading that the device made later. */
export const REORDERED = 32;
/** Seen at the outlet later than the claims allow for the drain; without DELIVERED: not seen, and it may still come (`outstanding.ts`). */
export const LATE = 64;
/** Not delivered, and inside a gap that the pipeline declared. */
export const DECLARED = 128;

/** How many of `marks` have all the bits of `wanted` and none of `unwanted`. */
export type Tally = (wanted: number, unwanted?: number) => number;

/** Walks the marks once; every question after that costs nothing. */
export function tallyOf(marks: Uint8Array): Tally {
  const counts = new Uint32Array(256);
  for (let i = 0; i < marks.length; i++) counts[marks[i]!]!++;
  return (wanted, unwanted = 0) => counts.reduce((sum, count, bits) => ((bits & (wanted | unwanted)) === wanted ? sum + count : sum), 0);
}

/** Calls `found` with the index of everything that has all the bits of `wanted` and none of `unwanted`. */
export function forEachMarked(marks: Uint8Array, wanted: number, unwanted: number, found: (index: number) => void): void {
  const looked = wanted | unwanted;
  for (let i = nextOf(marks, 0, looked, wanted); i < marks.length; i = nextOf(marks, i + 1, looked, wanted)) found(i);
}

/** The first from `from` on whose bits, as far as they are looked at, are the wanted ones; behind the last if there is none. */
function nextOf(marks: Uint8Array, from: number, looked: number, wanted: number): number {
  let i = from;
  while (i < marks.length && (marks[i]! & looked) !== wanted) i++;
  return i;
}
