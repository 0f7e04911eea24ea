import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import { acknowledge } from './acknowledge.ts';

/** `replace-victim FILE UNTIL none|file|both`: replaces a file by renaming a new one over it; syncs nothing, the file, or file and folder. */
const [, , file, until, syncs] = process.argv;
for (let n = 1; n <= Number(until); n++) {
  const written = openSync(`${file}.new`, 'w');
  writeSync(written, JSON.stringify({ n, filling: 'y'.repeat(6000) }));
  if (syncs !== 'none') fsyncSync(written);
  closeSync(written);
  renameSync(`${file}.new`, file!);
  if (syncs === 'both') {
    const folder = openSync(path.dirname(file!), 'r');
    fsyncSync(folder);
    closeSync(folder);
  }
  acknowledge(n);
}
process.stdin.resume();
