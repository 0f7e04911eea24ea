/**
 * node harness/explore/run-pairs.ts FROM_SEED TO_SEED [PIPELINE] [AT_A_TIME]
 * Runs pairs of failures against a pipeline and prints a line for each. Exit code 1 if any promise was broken.
 */
import { UserPlace } from '../testing/brownout.ts';
import { runPair } from './run-pair.ts';
import { failuresOfLibrary } from './pairs.ts';

const [from, to, pipeline = 'node-red-resilient', atATime = '1'] = process.argv.slice(2);
const failures = await failuresOfLibrary();
const tally: Record<string, number> = {};
let next = Number(from);

async function worker(): Promise<void> {
  while (next <= Number(to)) {
    const seed = next++;
    using place = new UserPlace();
    const { verdict, line } = await runPair(place, pipeline, failures, seed);
    tally[verdict] = (tally[verdict] ?? 0) + 1;
    console.log(line);
  }
}

await Promise.all(Array.from({ length: Number(atATime) }, worker));
console.log(JSON.stringify(tally));
process.exit(tally.broken ? 1 : 0);
