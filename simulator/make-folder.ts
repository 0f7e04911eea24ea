import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Makes a folder and those above it that are not there. As `mkdir` with `recursive`, which never comes back where a file
 * system refuses with ENOENT, as /proc does (Node.js 24.21).
 */
export function makeFolder(folder: string): void {
  const absolute = path.resolve(folder);
  try {
    mkdirSync(absolute);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && statSync(path.dirname(absolute), { throwIfNoEntry: false }) === undefined) {
      makeFolder(path.dirname(absolute));
      mkdirSync(absolute);
    } else if (!statSync(absolute, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
