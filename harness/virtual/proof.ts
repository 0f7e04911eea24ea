import fc from 'fast-check';
import type { Mutant } from '../../simulator/model/mutants/mutant.ts';
import { allProtections, without } from '../../simulator/model/protections.ts';
import { arbitraryScenario, type VirtualScenario } from '../../scenarios/arbitrary/scenario.ts';
import type { Guarantee } from '../oracle/guarantee.ts';
import { GUARANTEES } from '../oracle/guarantees/registry.ts';
import { judge, type Judgement } from '../oracle/judge.ts';
import { runVirtual } from './run-virtual.ts';

/** The scenarios that every mutant meets, in this order; the runs of the kill matrix count them. */
export const PROOF_SEED = 1;
/** A listed guarantee has to break within so many of them; one that breaks only rarely, within the others. */
export const RUNS_TO_FIND = 200;
export const RUNS_TO_FIND_RARE = 1000;

export function proofScenarios(count: number): VirtualScenario[] {
  return fc.sample(arbitraryScenario(), { seed: PROOF_SEED, numRuns: count });
}

export function judgeCorrect(scenario: VirtualScenario, guarantees: readonly Guarantee[] = GUARANTEES): Judgement {
  return judge(runVirtual(scenario, allProtections()).history, guarantees);
}

/** Ids of the guarantees that a mutant breaks in a scenario. */
export function brokenBy(mutant: Mutant, scenario: VirtualScenario, guarantees: readonly Guarantee[] = GUARANTEES): string[] {
  return judge(runVirtual(scenario, without(mutant.off)).history, guarantees).guarantees.filter(({ verdict }) => verdict === 'broken').map(({ guarantee }) => guarantee.id);
}

/** By guarantee: how many scenarios it took until the mutant broke it. Those it never broke are left out. */
export type Kills = Map<string, number>;

export function killsOf(mutant: Mutant, scenarios: readonly VirtualScenario[], guarantees: readonly Guarantee[] = GUARANTEES): Kills {
  const kills: Kills = new Map();
  for (const [i, scenario] of scenarios.entries()) {
    for (const id of brokenBy(mutant, scenario, guarantees)) if (!kills.has(id)) kills.set(id, i + 1);
  }
  return kills;
}

/** Where what a mutant breaks is not what it lists, in sentences. */
export function differences({ id, breaks, breaksRarely }: Mutant, kills: Kills): string[] {
  const late = breaks.filter((it) => !(kills.get(it)! <= RUNS_TO_FIND)).map((it) => `${id} should break ${it} within ${RUNS_TO_FIND} runs, and took ${kills.get(it) ?? 'for ever'}`);
  const never = breaksRarely.filter((it) => !kills.has(it)).map((it) => `${id} should break ${it} now and then, and never did`);
  const others = [...kills].filter(([it]) => !breaks.includes(it) && !breaksRarely.includes(it)).map(([it, run]) => `${id} should not break ${it}, and did in run ${run}`);
  return [...late, ...never, ...others];
}

