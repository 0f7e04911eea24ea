import { randomInt } from 'node:crypto';
import { InvalidArgumentError } from 'commander';
import type { Terminal } from './terminal.ts';

/** What every command gets: where to talk, and when to stop. */
export interface CommandContext {
  terminal: Terminal;
  /** Aborted by Ctrl-C and by SIGTERM, with Interrupted as its reason. */
  signal: AbortSignal;
  /** Data for programs: standard output. */
  print(text: string): void;
}

/** A seed from the command line: a whole number that fits 32 bits. */
export function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || seed > 0xffff_ffff) {
    throw new InvalidArgumentError('expected a whole number from 0 to 4294967295, as printed by an earlier run.');
  }
  return seed;
}

/** A seed of chance, small enough to be typed. */
export function drawSeed(): number {
  return randomInt(1, 1_000_000);
}
