/** npm run every-fault [-- AT_A_TIME]: runs every kind of failure at every target of its sort against the reference and writes docs/reference-under-faults.md. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot, toolVersion } from '../../simulator/package-root.ts';
import { UserPlace } from '../testing/brownout.ts';
import { casesOf, pageOf, runCase, type Outcome } from './every-fault.ts';
import { failuresOfLibrary } from './pairs.ts';

const atATime = Number(process.argv[2] ?? 1);
const cases = casesOf(await failuresOfLibrary());
const outcomes: Outcome[] = [];
let next = 0;

async function worker(): Promise<void> {
  while (next < cases.length) {
    const index = next++;
    using place = new UserPlace();
    const outcome = await runCase(place, cases[index]!);
    outcomes[index] = outcome;
    console.log(`${outcome.kind} on ${outcome.target}: ${outcome.proven ? 'bit' : 'did not bite'} (${outcome.bite}), ${outcome.healed ? 'healed' : 'not healed'}, ${outcome.verdict}`);
  }
}

await Promise.all(Array.from({ length: atATime }, worker));
writeFileSync(path.join(packageRoot(), 'docs/reference-under-faults.md'), pageOf(outcomes, { version: toolVersion(), node: process.version }));
process.exit();
