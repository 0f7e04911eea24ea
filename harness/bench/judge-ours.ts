/** node judge-ours.ts FOLDER: from the history file to the verdict, with every guarantee. Prints one JSON line. */
import path from 'node:path';
import { readHistory } from '../history/read.ts';
import { judge } from '../oracle/judge.ts';
import { toResult } from '../oracle/result.ts';
import { peakMegabytes } from './measure.ts';

const startMs = performance.now();
const history = readHistory(path.join(process.argv[2]!, 'history.sqlite'));
const readMs = performance.now();
const { counts, guarantees } = toResult(history, judge(history));
const seconds = (performance.now() - startMs) / 1000;
console.log(
  JSON.stringify({
    seconds,
    readSeconds: (readMs - startMs) / 1000,
    peakMegabytes: peakMegabytes(),
    found: { lost: counts.lostDeclared + counts.lostSilent, duplicates: counts.duplicate, guarantees: guarantees.length },
  }),
);
