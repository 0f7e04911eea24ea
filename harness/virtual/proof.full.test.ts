import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { MUTANTS } from '../../simulator/model/mutants/registry.ts';
import { packageRoot } from '../../simulator/package-root.ts';
import { killMatrixPage, readKillMatrix } from './kill-matrix.ts';
import { differences, judgeCorrect, killsOf, proofScenarios, RUNS_TO_FIND_RARE } from './proof.ts';

const CORRECT_RUNS = 10_000;
const MOST_INCONCLUSIVE = 0.05;

test(`the correct model breaks no promise in ${CORRECT_RUNS} random scenarios, and at most 5 % of them are inconclusive`, () => {
  const broken: string[] = [];
  let inconclusive = 0;
  for (const [i, scenario] of proofScenarios(CORRECT_RUNS).entries()) {
    const { verdict, guarantees } = judgeCorrect(scenario);
    if (verdict === 'inconclusive') inconclusive++;
    if (verdict === 'broken') broken.push(`scenario ${i + 1}: ${guarantees.filter((it) => it.verdict === 'broken').map((it) => `${it.guarantee.id}: ${it.reason}`).join('; ')}`);
  }
  console.log(`${CORRECT_RUNS} scenarios: ${broken.length} broken, ${inconclusive} inconclusive`);
  expect(broken).toEqual([]);
  expect(inconclusive / CORRECT_RUNS).toBeLessThanOrEqual(MOST_INCONCLUSIVE);
});

test(`every mutant breaks exactly what it lists in ${RUNS_TO_FIND_RARE} random scenarios, and the kill matrix says so`, () => {
  const scenarios = proofScenarios(RUNS_TO_FIND_RARE);
  const kills = new Map(MUTANTS.map((mutant) => [mutant.id, killsOf(mutant, scenarios)]));
  const page = killMatrixPage(kills);
  console.log(page);
  expect(MUTANTS.flatMap((mutant) => differences(mutant, kills.get(mutant.id)!))).toEqual([]);
  expect(readKillMatrix(page)).toEqual(kills);
  expect(page).toBe(readFileSync(path.join(packageRoot(), 'docs/kill-matrix.md'), 'utf8'));
});
