export const BLOCK = 1024;

/**
 * Walks over millions of rows: `walk` is called for one block of them after the other. What it reads has to be constants
 * of the function around it, also those that are imported. V8 makes much better code of a small function that is called
 * again and again, whose arrays it takes for constants, than of a loop that runs once: a third of the time.
 */
export function inBlocks(rows: number, walk: (from: number, to: number) => void): void {
  for (let from = 0; from < rows; from += BLOCK) walk(from, Math.min(from + BLOCK, rows));
}
