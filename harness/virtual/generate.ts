import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { MUTANTS } from '../../simulator/model/mutants/registry.ts';
import { packageRoot } from '../../simulator/package-root.ts';
import { killMatrixPage } from './kill-matrix.ts';
import { differences, killsOf, proofScenarios, RUNS_TO_FIND_RARE, type Kills } from './proof.ts';

/** Writes docs/kill-matrix.md: takes some minutes, and says where the mutants' lists are not what they break. */
const scenarios = proofScenarios(RUNS_TO_FIND_RARE);
const kills = new Map<string, Kills>();
for (const mutant of MUTANTS) {
  const own = killsOf(mutant, scenarios);
  kills.set(mutant.id, own);
  console.log(mutant.id, Object.fromEntries(own), ...differences(mutant, own).map((line) => `\n  ${line}`));
}
writeFileSync(path.join(packageRoot(), 'docs/kill-matrix.md'), killMatrixPage(kills));
