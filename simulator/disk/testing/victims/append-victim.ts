import { closeSync, fdatasyncSync, fsyncSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { acknowledge } from './acknowledge.ts';

/** `append-victim FILE UNTIL EVERY`: appends numbered lines; fdatasync after every EVERY-th line (0: never). */
const [, , file, until, every] = process.argv;
const log = openSync(file!, 'a');
const folder = openSync(path.dirname(file!), 'r');
fsyncSync(folder);
closeSync(folder);
for (let n = 1; n <= Number(until); n++) {
  writeSync(log, `${JSON.stringify({ n, filling: 'x'.repeat(80) })}\n`);
  if (Number(every) > 0 && n % Number(every) === 0) fdatasyncSync(log);
  acknowledge(n);
}
process.stdin.resume();
