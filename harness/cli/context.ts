import { randomInt } from 'node:crypto';
import { statSync } from 'node:fs';
import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { Terminal } from './terminal.ts';

/** What every command gets: where to talk, and when to stop. */
export interface CommandContext {
  terminal: Terminal;
  /**
   * To be called before anything is started that has to be ended: from then on Ctrl-C and SIGTERM abort the signal, with
   * Interrupted as its reason. Until then they end the process.
   */
  interruptible(): AbortSignal;
  /** Data for programs, to standard output; false once nobody reads it any more. */
  print(text: string): Promise<boolean>;
}

/** A seed from the command line: a whole number that fits 32 bits. */
export function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || seed > 0xffff_ffff) {
    throw new InvalidArgumentError('expected a whole number from 0 to 4294967295, as printed by an earlier run.');
  }
  return seed;
}

/** A folder from the command line, which need not be there yet. */
export function parseFolder(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('expected a folder.');
  if (statSync(text, { throwIfNoEntry: false })?.isDirectory() === false) throw new InvalidArgumentError('it is not a folder.');
  return text;
}

/** A file from the command line that is to be written: its folder is there, and it is no folder itself. */
export function parseFileToWrite(text: string): string {
  if (statSync(text, { throwIfNoEntry: false })?.isDirectory()) throw new InvalidArgumentError('it is a folder.');
  if (!statSync(path.dirname(path.resolve(text)), { throwIfNoEntry: false })?.isDirectory()) throw new InvalidArgumentError('its folder is not there.');
  return text;
}

/** A seed of chance, small enough to be typed. */
export function drawSeed(): number {
  return randomInt(1, 1_000_000);
}
