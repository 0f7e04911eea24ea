import type { Column, ReadingColumns } from '../history/history.ts';

/** Calls `found` with every reading that was made in [fromMicros, toMicros]. */
export function forEachMade({ atMicros, rows }: ReadingColumns, fromMicros: number, toMicros: number, found: (reading: number) => void): void {
  for (let i = nextMade(atMicros, 0, fromMicros, toMicros); i < rows; i = nextMade(atMicros, i + 1, fromMicros, toMicros)) found(i);
}

function nextMade(atMicros: Column, first: number, fromMicros: number, toMicros: number): number {
  let i = first;
  while (i < atMicros.length && !(atMicros[i]! >= fromMicros && atMicros[i]! <= toMicros)) i++;
  return i;
}
